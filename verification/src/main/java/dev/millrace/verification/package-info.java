/**
 * Maps a source again and compares it with what is in the target: a checksum per table and bucket of keys first, which needs
 * neither order nor disk; then the rows of the buckets that differ, sorted and merged. A {@link dev.millrace.verification.Manifest} keeps the sums that a run left, to be compared without the source.
 */
@NullMarked
package dev.millrace.verification;

import org.jspecify.annotations.NullMarked;
