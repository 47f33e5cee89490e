/** What a set of documents holds: every distinct path, how often, with which values. Of bounded size, and two become one. */
@NullMarked
package dev.millrace.summary;

import org.jspecify.annotations.NullMarked;
