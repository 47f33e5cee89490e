/**
 * Keys, foreign keys and indexes that tables get after their rows. {@link dev.millrace.database.keys.KeysAfterRows} describes the steps in
 * order; a {@link dev.millrace.database.keys.KeyPlan} says which of them may wait.
 */
@NullMarked
package dev.millrace.database.keys;

import org.jspecify.annotations.NullMarked;
