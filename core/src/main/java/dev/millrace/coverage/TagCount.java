package dev.millrace.coverage;

import dev.millrace.xml.TagNames;
import org.jspecify.annotations.Nullable;

/** Start tags with the same names in elements of one path, and how often the document at hand has them. Not thread-safe. */
final class TagCount {

    TagNames names;
    /** What the elements are in. */
    final CoveredPath around;

    final CoveredPath element;
    /** In the order of the tag; null where there are too many paths. */
    final @Nullable CoveredPath[] attributes;
    /** Whether the element is a record, or within one. */
    final boolean isInRecord;

    /** The one that came after this one the last time, in the same element or in the next one of its path. */
    @Nullable
    TagCount next;

    boolean isMet;
    int tags;
    /** The number of the first one in the document. */
    int firstTag;
    /** How many texts are directly in these elements. */
    int texts;
    /** The number of the tag of the first one with text. */
    int firstText;

    TagCount(TagNames names, CoveredPath around, CoveredPath element, @Nullable CoveredPath[] attributes) {
        this.names = names;
        this.around = around;
        this.element = element;
        this.attributes = attributes;
        isInRecord = element.spot().isInRecord();
    }

    /** Forgets what was counted: another document begins. */
    void begin() {
        isMet = false;
        tags = 0;
        texts = 0;
    }
}
