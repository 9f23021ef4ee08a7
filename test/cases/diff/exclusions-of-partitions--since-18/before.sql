create table new_on_old (a integer, b integer) partition by range (a);
create table new_on_old_1 partition of new_on_old for values from (0) to (10);
create table new_on_old_2 partition of new_on_old for values from (10) to (20) partition by range (a);
create table new_on_old_21 partition of new_on_old_2 for values from (10) to (12);
create table old (a integer, b integer, constraint kept exclude (a with =)) partition by range (a);
create table whole (a integer, b integer, constraint whole_excl exclude (a with =)) partition by range (a);
create table attached (a integer, b integer, constraint attached_a_excl exclude (a with =));
