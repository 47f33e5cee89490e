/** The command line: a class for each command, and what they share. */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
