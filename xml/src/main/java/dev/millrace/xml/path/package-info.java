/** The XPath 3.1 compiler: the common language runs on a native evaluator over the projected record, the rest on Saxon-HE. */
@NullMarked
package dev.millrace.xml.path;

import org.jspecify.annotations.NullMarked;
