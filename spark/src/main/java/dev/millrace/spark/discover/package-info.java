/** Drafts of contracts, of documents that the tasks of a cluster read. */
@NullMarked
package dev.millrace.spark.discover;

import org.jspecify.annotations.NullMarked;
