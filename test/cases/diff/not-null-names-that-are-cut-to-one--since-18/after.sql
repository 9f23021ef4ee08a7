create schema kept;
create table validation_failures_of_incoming_webhooks (
  tenant_identifier int not null,
  inserted_at date not null
) partition by range (inserted_at);
create table validation_failures_of_incoming_webhooks_20261129
  (like validation_failures_of_incoming_webhooks including all);
create table validation_failures_of_incoming_webhooks_20261130
  (like validation_failures_of_incoming_webhooks including all);
alter table validation_failures_of_incoming_webhooks
  attach partition validation_failures_of_incoming_webhooks_20261129
  for values from ('2026-11-29') to ('2026-11-30');
alter table validation_failures_of_incoming_webhooks
  attach partition validation_failures_of_incoming_webhooks_20261130
  for values from ('2026-11-30') to ('2026-12-01');
create table alone_with_a_name_that_is_much_too_long_for_a_constraint_1 (
  an_identifier int constraint alone_with_a_name_that_is_much_too_long__an_identifier_not_null not null
);
create table alone_with_a_name_that_is_much_too_long_for_a_constraint_2 (
  an_identifier int constraint alone_with_a_name_that_is_much_too_long__an_identifier_not_null not null
);
