/** The mapping contract: the reviewable file that says which XML becomes which tables, read with every problem reported at once. */
@NullMarked
package dev.millrace.contract;

import org.jspecify.annotations.NullMarked;
