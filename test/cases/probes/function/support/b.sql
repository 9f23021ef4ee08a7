create function f(text, text) returns boolean language internal immutable strict support textlike_support as 'textlike';
