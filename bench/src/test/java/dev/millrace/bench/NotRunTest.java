package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;

class NotRunTest {

    @Test
    void saysThatAllTestsWereRun() throws XMLStreamException {
        assertThat(summary("""
                <testsuite name="a.b.FirstTest" tests="2">
                  <testcase name="adds" classname="a.b.FirstTest" time="0.1"/>
                  <testcase name="subtracts" classname="a.b.FirstTest" time="0.1"/>
                </testsuite>
                """)).isEqualTo("all of the 2 tests were run\n");
    }

    @Test
    void saysThatNoTestWasRun() throws XMLStreamException {
        assertThat(summary()).isEqualTo("not run: no test at all\n");
    }

    @Test
    void givesTheReasonOfAnAssumption() throws XMLStreamException {
        assertThat(summary("""
                <testsuite name="a.b.FirstTest" tests="2">
                  <testcase name="adds" classname="a.b.FirstTest" time="0.1"/>
                  <testcase name="reads" classname="a.b.FirstTest" time="0.1">
                    <skipped message="Assumption failed: name &quot;files&quot; by -Da=&lt;FOLDER&gt; &amp; again" type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: name "files" by -Da=<FOLDER>
                \tat a.b.FirstTest.reads(FirstTest.java:1)
                ]]></skipped>
                  </testcase>
                </testsuite>
                """)).isEqualTo("not run: FirstTest.reads: name \"files\" by -Da=<FOLDER> & again\n");
    }

    @Test
    void findsTheReasonInTheTextWhereThereIsNoMessage() throws XMLStreamException {
        assertThat(summary("""
                <testsuite name="a.b.FirstTest" tests="1">
                  <testcase name="reads" classname="a.b.FirstTest$Nested" time="0.1">
                    <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: a <server> & more
                \tat a.b.FirstTest.reads(FirstTest.java:1)
                ]]></skipped>
                  </testcase>
                </testsuite>
                """)).isEqualTo("not run: FirstTest$Nested.reads: a <server> & more\n");
    }

    @Test
    void givesTheReasonOfAConditionOnAClass() throws XMLStreamException {
        assertThat(summary("""
                <testsuite name="a.b.SoakTest" tests="1">
                  <testcase name="" classname="a.b.SoakTest" time="0.0">
                    <skipped message="System property [soak] does not exist ==&gt; say -Dsoak=MINUTES"/>
                  </testcase>
                </testsuite>
                """)).isEqualTo("not run: SoakTest: say -Dsoak=MINUTES\n");
    }

    @Test
    void hasOneLineForTheCasesOfATest() throws XMLStreamException {
        assertThat(summary("""
                <testsuite name="a.b.FirstTest" tests="3">
                  <testcase name="reads(Place)[1]" classname="a.b.FirstTest"><skipped message="no disk"/></testcase>
                  <testcase name="reads(Place)[2]" classname="a.b.FirstTest"><skipped message="no disk"/></testcase>
                  <testcase name="writes" classname="a.b.FirstTest"><skipped/></testcase>
                </testsuite>
                """)).isEqualTo("""
                not run: FirstTest.reads: no disk (2 cases)
                not run: FirstTest.writes: the test gives no reason
                """);
    }

    private static String summary(String... reports) throws XMLStreamException {
        NotRun notRun = new NotRun();
        for (String report : reports) {
            notRun.read(new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)));
        }
        return notRun.summary();
    }
}
