/** What the ledger is made of, and how the rows of a loaded document are found by what it notes of them. */
@NullMarked
package dev.millrace.database.ledger;

import org.jspecify.annotations.NullMarked;
