/** Why a value is what it is, and why a row is not there: what the mapper tells of one document, made into what can be shown. */
@NullMarked
package dev.millrace.explain;

import org.jspecify.annotations.NullMarked;
