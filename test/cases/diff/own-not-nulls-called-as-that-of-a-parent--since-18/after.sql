create schema ione_nv;
set search_path = ione_nv;
create table p (k int, a int);
create table p0 () inherits (p);
alter table p add constraint nn1 not null k not valid;
alter table p0 alter k set not null;

create schema ione_v;
set search_path = ione_v;
create table p (k int, a int);
create table p0 () inherits (p);
alter table p add constraint nn1 not null k ;
alter table p0 alter k set not null;

create schema itwo_nv;
set search_path = itwo_nv;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k not valid;
alter table p00 alter k set not null;

create schema itwo_nv_own_b1;
set search_path = itwo_nv_own_b1;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p00 add constraint nn1 not null k;alter table p0 add constraint nn1 not null k;
alter table p add constraint nn1 not null k;

create schema itwo_nv_own_v;
set search_path = itwo_nv_own_v;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p00 add constraint nn1 not null k;
alter table p add constraint nn1 not null k not valid;

create schema itwo_nv_own_v0;
set search_path = itwo_nv_own_v0;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p0 add constraint nn1 not null k;
alter table p add constraint nn1 not null k not valid;

create schema itwo_nv_own_vb;
set search_path = itwo_nv_own_vb;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p00 add constraint nn1 not null k;alter table p0 add constraint nn1 not null k;
alter table p add constraint nn1 not null k not valid;

create schema itwo_nv_to_v;
set search_path = itwo_nv_to_v;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k;
alter table p00 alter k set not null;

create schema itwo_nv0;
set search_path = itwo_nv0;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k not valid;
alter table p0 alter k set not null;

create schema itwo_nvadd;
set search_path = itwo_nvadd;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k not valid;
alter table p00 add constraint nn1 not null k not valid;

create schema itwo_nvb;
set search_path = itwo_nvb;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k not valid;
alter table p0 alter k set not null;alter table p00 alter k set not null;

create schema itwo_own_before;
set search_path = itwo_own_before;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k;
alter table p0 add constraint nn1 not null k;
alter table p00 add constraint nn1 not null k;

create schema itwo_v;
set search_path = itwo_v;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k ;
alter table p00 alter k set not null;

create schema itwo_vadd;
set search_path = itwo_vadd;
create table p (k int, a int);
create table p0 () inherits (p);
create table p00 () inherits (p0);
alter table p add constraint nn1 not null k;
alter table p0 add constraint nn1 not null k;
alter table p00 add constraint nn1 not null k;

create schema one_nv;
set search_path = one_nv;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1);
alter table p add constraint nn1 not null k not valid;
alter table p0 alter k set not null;

create schema one_v;
set search_path = one_v;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1);
alter table p add constraint nn1 not null k ;
alter table p0 alter k set not null;

create schema two_inh_to_own;
set search_path = two_inh_to_own;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k not valid;
alter table p00 alter k set not null;

create schema two_inhv_to_own;
set search_path = two_inhv_to_own;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k ;
alter table p00 alter k set not null;

create schema two_nv;
set search_path = two_nv;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k not valid;
alter table p00 alter k set not null;

create schema two_nv_own_b1;
set search_path = two_nv_own_b1;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p00 add constraint nn1 not null k;alter table p0 add constraint nn1 not null k;
alter table p add constraint nn1 not null k;

create schema two_nv_own_v;
set search_path = two_nv_own_v;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p00 add constraint nn1 not null k;
alter table p add constraint nn1 not null k not valid;

create schema two_nv_own_v0;
set search_path = two_nv_own_v0;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p0 add constraint nn1 not null k;
alter table p add constraint nn1 not null k not valid;

create schema two_nv_own_vb;
set search_path = two_nv_own_vb;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p00 add constraint nn1 not null k;alter table p0 add constraint nn1 not null k;
alter table p add constraint nn1 not null k not valid;

create schema two_nv_to_v;
set search_path = two_nv_to_v;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k;
alter table p00 alter k set not null;

create schema two_nv0;
set search_path = two_nv0;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k not valid;
alter table p0 alter k set not null;

create schema two_nvadd;
set search_path = two_nvadd;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k not valid;
alter table p00 add constraint nn1 not null k not valid;

create schema two_nvb;
set search_path = two_nvb;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k not valid;
alter table p0 alter k set not null;alter table p00 alter k set not null;

create schema two_own_before;
set search_path = two_own_before;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k;
alter table p0 add constraint nn1 not null k;
alter table p00 add constraint nn1 not null k;

create schema two_v;
set search_path = two_v;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k ;
alter table p00 alter k set not null;

create schema two_vadd;
set search_path = two_vadd;
create table p (k int, a int) partition by list(a);
create table p0 partition of p for values in (1) partition by list (a);
create table p00 partition of p0 for values in (1);
alter table p add constraint nn1 not null k;
alter table p0 add constraint nn1 not null k;
alter table p00 add constraint nn1 not null k;
