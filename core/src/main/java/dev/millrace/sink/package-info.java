/** Where the outcomes of documents go. Knows neither databases nor files: those are sinks. */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
