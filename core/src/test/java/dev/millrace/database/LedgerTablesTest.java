package dev.millrace.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

/** The tables that stand beside those of the contracts. */
class LedgerTablesTest {

    @Test
    void noContractMayHaveATableOfTheirNames() throws Exception {
        int tables = 0;
        for (Field constant : LedgerTables.class.getDeclaredFields()) {
            if (constant.getType() == String.class
                    && String.valueOf(constant.get(null)).startsWith("processing_")) {
                String contract = "contract: 1\nname: x\ntables: { " + constant.get(null)
                        + ": { columns: { id: { path: '@id', type: bigint, key: true } } } }\n";
                assertThatThrownBy(() -> ContractReader.read(contract, "test.yaml"))
                        .as(contract)
                        .isInstanceOf(ContractException.class)
                        .hasMessageContaining("choose another");
                tables++;
            }
        }
        assertThat(tables).isPositive();
    }
}
