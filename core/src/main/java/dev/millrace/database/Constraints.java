package dev.millrace.database;

/** When the tables that a run creates get their keys, foreign keys and indexes. */
public enum Constraints {
    /** With the tables: the database checks every row as it comes. */
    DURING,
    /** After the rows, all at once, which costs the database far less. Tables that were there before keep what they have. */
    AFTER
}
