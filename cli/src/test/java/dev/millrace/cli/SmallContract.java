package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A contract of two tables and documents for it. */
final class SmallContract {

    private static final String TEXT = """
            contract: 1
            name: orders
            document: { record: /order }
            source: { table: app_xml, key: app_id, xml: xml }
            tables:
              orders:
                columns:
                  id:     { path: "@id", type: bigint, key: true }
                  buyer:  { path: buyer, type: varchar(12), required: true }
                  placed: { path: "@placed", type: date }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos:      { ordinal: true, key: true }
                  price:    { path: "@price", type: "decimal(9,2)" }
            """;

    /** In every document, and nowhere else: where it appears, a value has leaked. */
    static final String MARKER = "Zaphod";

    private SmallContract() {}

    static Path in(Path folder) throws IOException {
        return Files.writeString(folder.resolve("orders.yaml"), TEXT);
    }

    /** A sound document with two items. */
    static String document(int id) {
        return "<order id=\"" + id + "\" placed=\"2024-05-01\"><buyer>" + MARKER
                + "</buyer><item price=\"1.50\"/><item price=\"22.00\"/></order>";
    }

    /** A document whose buyer is longer than its column. */
    static String tooLong(int id) {
        return "<order id=\"" + id + "\">\n  <buyer>" + MARKER.repeat(3) + "</buyer></order>";
    }
}
