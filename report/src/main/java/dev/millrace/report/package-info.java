/**
 * Pages for people, and files for catalogues. All pages have one look: a {@link dev.millrace.report.Page} is a single file that asks nobody
 * for anything, written by an {@link dev.millrace.report.HtmlWriter}; an {@link dev.millrace.report.EntityDiagram} draws a contract's tables.
 * {@link dev.millrace.report.ContractDocument} is what a contract says, in each form.
 */
@NullMarked
package dev.millrace.report;

import org.jspecify.annotations.NullMarked;
