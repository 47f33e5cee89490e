/** MariaDB and MySQL: their statements, LOAD DATA, and the words of their faults. */
@org.jspecify.annotations.NullMarked
package dev.millrace.dialect.mariadb;
