package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathNamesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a/b[@c = 'd']                                     | a b @c
            p:a/@q:b                                          | p:a @q:b
            *:a/*/@*:b                                        | *:a @*:b
            count(a) and not(b)                               | a b
            and and or                                        | and or
            $x/a * b div c                                    | a b c
            a * * * b                                         | a b
            if (a) then b else c                              | a b c
            for $i in a return $i/b                           | a b
            some $i in a satisfies $i/@b = 1                  | a @b
            child::a/attribute::b/descendant::c               | a @b c
            let $l := a return string-join($l, ',')           | a
            a[position() = last()]                            | a
            b union c                                         | b c
            a cast as xs:integer + b                          | a b
            a instance of element(b) and c                    | a c
            if (a castable as xs:date) then b else c          | a b c
            map { 'k': a }?key                                | a
            array { a, b }?1                                  | a b
            'text'                                            | ``
            a[                                                | a
            a 'b                                              | ``
            """)
    void findsTheNamesOfNodes(String expression, String names) {
        assertThat(PathNames.of(expression).stream()
                        .map(name -> (name.attribute() ? "@" : "")
                                + (name.prefix().isEmpty() ? "" : name.prefix() + ":")
                                + name.local())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(names);
    }

    @Test
    void tellsTheVariables() {
        assertThat(PathNames.variables("$a + $b/c[$a = '$d'] (: $e :)")).containsExactly("a", "b");
        assertThat(PathNames.variables("$a + '")).isEmpty();
    }
}
