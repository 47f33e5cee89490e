/** Turns the mapping contracts of the original Python system into Millrace contracts. Nothing else depends on it. */
@NullMarked
package dev.millrace.reference;

import org.jspecify.annotations.NullMarked;
