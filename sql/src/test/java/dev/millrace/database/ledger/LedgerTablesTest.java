package dev.millrace.database.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.dialect.TableDefinition;
import org.junit.jupiter.api.Test;

/** The tables that stand beside those of the contracts. */
class LedgerTablesTest {

    @Test
    void noContractMayHaveATableOfTheirNames() {
        assertThat(LedgerNames.TABLES).hasSize(6);
        for (TableDefinition table : new LedgerTables(null, LedgerNames.DEFAULT).all()) {
            assertThat(LedgerNames.TABLES).contains(table.name());
            String contract = "contract: 1\nname: x\ntables: { " + table.name()
                    + ": { columns: { id: { path: '@id', type: bigint, key: true } } } }\n";
            assertThatThrownBy(() -> ContractReader.read(contract, "test.yaml"))
                    .as(contract)
                    .isInstanceOf(ContractException.class)
                    .hasMessageContaining("choose another");
        }
    }

    /** PostgreSQL cuts what is longer than 63 bytes, and two names may become one. */
    @Test
    void theLongestPrefixLeavesRoomForTheNamesOfKeys() {
        LedgerNames names = new LedgerNames(null, "p".repeat(40));

        for (TableDefinition table : new LedgerTables(null, names).all()) {
            assertThat(table.name()).startsWith("ppp");
            assertThat(table.key().name()).hasSizeLessThanOrEqualTo(63);
        }
        assertThatThrownBy(() -> new LedgerNames(null, "p".repeat(41)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("40 characters");
    }
}
