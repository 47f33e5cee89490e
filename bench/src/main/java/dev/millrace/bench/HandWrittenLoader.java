package dev.millrace.bench;

import java.sql.Connection;

/** What an in-house loader knows about loan applications. */
final class HandWrittenLoader {

    HandWrittenLoader(Connection target) {}

    void load(String xml) {}
}
