/** The way in: drafts a contract of what documents hold, and of what an XML Schema says of them. */
@NullMarked
package dev.millrace.discovery;

import org.jspecify.annotations.NullMarked;
