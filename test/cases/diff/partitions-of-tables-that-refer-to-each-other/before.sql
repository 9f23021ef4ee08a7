-- Two partitioned tables that refer to each other, by a plain unique index on one side.
CREATE TABLE orders (
    region text,
    number integer,
    invoice integer,
    PRIMARY KEY (region, number)
) PARTITION BY LIST (region);

CREATE TABLE invoices (
    region text,
    number integer,
    purchase integer
) PARTITION BY LIST (region);

CREATE UNIQUE INDEX invoices_numbers ON invoices (region, number);

ALTER TABLE orders ADD CONSTRAINT orders_invoice FOREIGN KEY (region, invoice) REFERENCES invoices (region, number);
ALTER TABLE invoices ADD CONSTRAINT invoices_order FOREIGN KEY (region, purchase) REFERENCES orders (region, number);
