/**
 * What a contract makes of documents, and what it leaves out: every path, mapped, ignored or neither; what could be rows; and which texts became
 * one value.
 */
@NullMarked
package dev.millrace.coverage;

import org.jspecify.annotations.NullMarked;
