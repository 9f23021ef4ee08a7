import { expect, test } from "vitest";
import { readMigrationHeader, readSchemaHeader } from "../../src/project/header.ts";

test("a migration's header is read, in any spelling of its keys", () => {
  const text = [
    "-- ============",
    "-- Migration: Add phone",
    "-- description:   For the call centre,",
    "--   which calls back",
    "-- Author: Ada",
    "-- Date: 2026-11-20",
    "-- Reversible: yes, with data loss",
    "-- Related Issue: SHOP-12",
    "-- Breaking Changes: none",
    "alter table customers add phone text;",
    "-- Author: not this one",
  ].join("\r\n");
  expect(readMigrationHeader(text)).toEqual({
    title: "Add phone",
    description: "For the call centre, which calls back",
    author: "Ada",
    date: "2026-11-20",
    reversible: true,
    relatedIssue: "SHOP-12",
    breakingChanges: "none",
  });
});

test("a header may stand in a block comment", () => {
  const text =
    "/*\n * Schema Version: 1.0.0\n * Includes migrations up to: 004_add_phone\n */\nselect 1;";
  expect(readSchemaHeader(text)).toEqual({ schemaVersion: "1.0.0", includes: "004_add_phone" });
});

test("an empty key and an answer that is none are left out", () => {
  expect(readMigrationHeader("-- Description:\n-- Reversible: perhaps\n")).toEqual({});
});

test("a file without a header has none", () => {
  expect(readMigrationHeader("create table t ();")).toEqual({});
  expect(readMigrationHeader("")).toEqual({});
});
