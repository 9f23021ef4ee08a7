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

-- Their partitions come with what is above, and refer to each other as well.
CREATE TABLE orders_north PARTITION OF orders FOR VALUES IN ('north');
CREATE TABLE invoices_north PARTITION OF invoices FOR VALUES IN ('north');

ALTER TABLE orders_north ADD CONSTRAINT orders_north_bill FOREIGN KEY (region, number) REFERENCES invoices_north (region, number);
ALTER TABLE invoices_north ADD CONSTRAINT invoices_north_sale FOREIGN KEY (region, number) REFERENCES orders_north (region, number);
