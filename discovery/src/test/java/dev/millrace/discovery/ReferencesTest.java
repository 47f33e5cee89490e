package dev.millrace.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a draft says of columns whose values are ids of others. */
class ReferencesTest {

    @Test
    void saysWhatRefersToTheIdsOfItsDocumentAndHowManyOfThemAreThere() throws Exception {
        assertThat(draft(
                        "<report><context id='c1'/><context id='c2'/><fact contextRef='c1'/><fact contextRef='c2'/></report>",
                        "<report><context id='c1'/><fact contextRef='c1'/><fact contextRef='c2'/></report>"))
                // In the second document there is no c2.
                .contains("context_ref: { path: \"@contextRef\", type: varchar(10) }"
                        + "  # in all; refers to context.id: 3 of 4 values are there\n");
    }

    @Test
    void saysWhatRefersToOtherDocuments() throws Exception {
        assertThat(draft(
                        "<person id='p1'><friend idref='p2'/><friend idref='p3'/></person>",
                        "<person id='p2'><friend idref='p1'/></person>",
                        "<person id='p3'><friend idref='p9'/></person>"))
                .contains("refers to person.id: 3 of 4 values are there\n");
    }

    @Test
    void takesListsApartAndLinksWithoutTheirSigns() throws Exception {
        assertThat(draft("<book><chapter id='a'/><chapter id='b'/><see refs='a b'/><see refs='c'/>"
                        + "<go href='#a'/><go href='http://x/#b'/><go href='#b'/></book>"))
                .contains("refers to chapter.id: 2 of 3 values are there\n")
                .contains("refers to chapter.id: 2 of 2 values are there\n");
    }

    @Test
    void holdsTheIdsOfOtherTablesAgainstThemWhereTheyAreCalledSo() throws Exception {
        String draft = draft(
                "<shop><customer id='1'/><customer id='2'/><order customer_id='1' shelf_id='2'/>"
                        + "<order customer_id='2' shelf_id='1'/><order customer_id='2' shelf_id='2'/><order customer_id='7' shelf_id='1'/></shop>");
        assertThat(draft)
                .contains(
                        "path: \"@customer_id\", type: bigint }  # in all; refers to customer.id: 2 of 3 values are there\n")
                .contains("path: \"@shelf_id\", type: bigint }  # in all\n");
    }

    @Test
    void aRowMayReferToItsLike() throws Exception {
        assertThat(draft("<parts><part id='x'/><part id='y' parent_id='x'/><part id='z' parent_id='x'/></parts>"))
                .contains("refers to part.id: 1 of 1 value is there\n");
    }

    @Test
    void valuesAloneTellWhereAllOfManyAreIds() throws Exception {
        StringBuilder text = new StringBuilder("<tree>");
        for (int i = 0; i < 20; i++) {
            text.append("<event handle='_e").append(i).append("'/>");
            text.append("<note hlink='_e")
                    .append(i)
                    .append("' size='")
                    .append(i)
                    .append("'/>");
        }
        assertThat(draft(text + "</tree>"))
                .contains(
                        "hlink: { path: \"@hlink\", type: varchar(100) }  # in all; refers to event.handle: 20 of 20 values are there\n");
    }

    @Test
    void saysOfWhatIsCalledAReferenceThatItIsNone() throws Exception {
        assertThat(draft("<cml><atom id='a1' dictRef='x:1'/><atom id='a2' dictRef='x:2'/></cml>"))
                .contains("called a reference, but no id has most of its values\n");
        assertThat(draft("<r><unit id='m'/><unit id='s'/><f unitRef='m'/><f unitRef='kg'/><f unitRef='K'/></r>"))
                .contains("refers to unit.id: 1 of 3 values are there\n");
    }

    @Test
    void isSilentAboutWhatOnlyLooksLikeOne() throws Exception {
        // Small numbers by chance, ids that are there twice, colours, links to elsewhere, and a key that people call
        // their reference.
        assertThat(draft("<r><page id='1'/><page id='2'/><page id='3'/><mark ref='1'/><mark ref='2'/></r>"))
                .doesNotContain("refers to");
        assertThat(draft("<r><b><u id='m'/><u id='s'/></b><b><u id='m'/></b><b/><f uRef='m'/><f uRef='s'/></r>"))
                .doesNotContain("refers to");
        assertThat(
                        draft(
                                "<r><a id='x' color='#fff'/><a id='y' color='#000'/><l href='http://x/'/><l href='y.xml'/></r>"))
                .doesNotContain("refer");
        assertThat(draft("<order ref='A1'/>", "<order ref='A2'/>")).doesNotContain("reference");
    }

    @Test
    void isTheSameWhateverTheOrderAndTheNumberOfWorkers() throws Exception {
        List<String> texts = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            texts.add("<person id='p" + i + "'><friend ref='p" + random.nextInt(300)
                    + "'/><phone id='a'/><phone id='b'/><call phoneRef='" + "abc".charAt(random.nextInt(3))
                    + "'/></person>");
        }
        List<Document> documents = Drafts.documents(texts.toArray(String[]::new));
        String first = Drafts.draft(documents, Drafts.OPTIONS, 1);
        assertThat(first)
                .containsPattern("refers to person.id: [0-9]+ of [0-9]+ values")
                .containsPattern("refers to phone.id: 1[0-9]+ of 200");
        for (int workers = 1; workers < 4; workers++) {
            Collections.shuffle(documents, random);
            assertThat(Drafts.draft(documents, Drafts.OPTIONS, workers)).isEqualTo(first);
        }
    }

    private static String draft(String... texts) throws Exception {
        return Drafts.draft(Drafts.documents(texts), Drafts.OPTIONS, 2);
    }
}
