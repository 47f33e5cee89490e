/**
 * Reads XML Schemas into a model that can be walked like a tree of paths: elements with how often they occur, and the SQL
 * type that fits each value. Nothing is ever fetched from a network.
 */
@NullMarked
package dev.millrace.discovery.xsd;

import org.jspecify.annotations.NullMarked;
