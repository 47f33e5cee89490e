package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class HandOutTest {

    @Test
    void tellsWhichDocumentOfTheSourceEachIs() {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            documents.add(Document.ofText(String.valueOf(i), new byte[0], "test"));
        }
        Map<Long, String> taken = new ConcurrentHashMap<>();
        HandOut.Taker taker = (number, document) -> taken.put(number, document.key());

        End end = HandOut.numbered(List.of(taker, taker, taker), new Stop()).run(DocumentSource.of("test", documents));

        assertThat(end).isEqualTo(new End.OfSource());
        assertThat(taken).hasSize(1_000);
        assertThat(taken).allSatisfy((number, key) -> assertThat(key).isEqualTo(String.valueOf(number)));
    }
}
