package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told about contracts that are wrong: each message, at its exact place. */
class ContractProblemsTest {

    private static final String OK_TABLES =
            "tables: { t: { columns: { id: { path: '@id', type: bigint, key: true } } } }\n";

    /** Composing them would never end, or take all memory. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tables: &x { <<: *x, t: 1 }",
                "tables: &x { <<: [ *x ], t: 1 }",
                "tables: &x { t: { <<: *x } }",
                "tables: &x [ *x ]",
                "let: &a { a: b }\ntables: &a { t: { <<: *a } }",
            })
    void refusesWhatStandsForItself(String yaml) {
        assertThat(Contracts.problems("contract: 1\nname: x\n" + yaml))
                .singleElement()
                .asString()
                .contains("expand to more than 1000000 nodes, or to themselves");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s ]",
                "{ <<: [ %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s, %1$s ] }"
            })
    void refusesAliasesThatExpandWithoutEnd(String level) {
        StringBuilder yaml = new StringBuilder("contract: 1\nname: x\nlet:\n  l0: &l0 { a: b }\n");
        for (int i = 1; i < 30; i++) {
            yaml.append("  l")
                    .append(i)
                    .append(": &l")
                    .append(i)
                    .append(' ')
                    .append(level.formatted("*l" + (i - 1)))
                    .append('\n');
        }

        assertThat(Contracts.problems(yaml.toString()))
                .singleElement()
                .asString()
                .contains("expand to more than");
    }

    /** The commonest slips of who writes paths in YAML for the first time. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    { path: @id, type: text } | 5:14: not YAML: a text that begins with @, % or ` has to be in quotes, as in path: "@id"
                    { path: concat(a, b), type: text } | 5:14: column t.a: path is cut at its comma, since it is not in quotes; write path: "concat(a, b)"
                    { path: concat(a, 'x', substring(b, 2)), type: text } | 5:14: column t.a: path is cut at its comma, since it is not in quotes; write path: "concat(a, 'x', substring(b, 2))"
                    { path: concat(a, b = "x"), type: text } | 5:14: column t.a: path is cut at its comma, since it is not in quotes; write path: 'concat(a, b = "x")'
                    { path: string-join(a, ','), type: text } | 5:32: not YAML: a text with quotes in it has to be in quotes as a whole, as in path: "string-join(a, ',')"
                    { path: a, type: decimal(12,2) } | 5:23: column t.a: type is cut at its comma, since it is not in quotes; write type: "decimal(12,2)"
                    """)
    void saysWhatIsToBeInQuotes(String column, String problem) {
        String yaml =
                "contract: 1\nname: x\ntables: { t: { columns: {\n  id: { path: '@id', type: bigint, key: true },\n  a: ";

        assertThat(Contracts.problems(yaml + column + " } } }\n"))
                .singleElement()
                .isEqualTo(problem);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
                    int | integer
                    int4 | integer
                    numeric(10,2) | decimal(10,2)
                    numeric | decimal(p,s)
                    numeric(50,2) | decimal(p,s)
                    nvarchar(20) | varchar(20)
                    nvarchar(max) | varchar(n)
                    string | text
                    datetime | timestamp
                    datetime2(3) | timestamp(3)
                    float8 | double
                    bit | boolean
                    """)
    void namesTheTypeThatOthersCallSomethingElse(String type, String meant) {
        String yaml = OK_TABLES.replace("bigint", "\"" + type + "\"");

        assertThat(Contracts.problems("contract: 1\nname: x\n" + yaml))
                .singleElement()
                .asString()
                .contains("type is the text '" + type + "'; did you mean '" + meant + "'? Types: boolean, ");
    }

    /** It says nothing of the columns that have no elements, and a path from a variable may lead to some. */
    @Test
    void nilOfDefaultsIsForTheColumnsOfElements() {
        assertThat(Contracts.problems("""
                        contract: 1
                        name: x
                        defaults: { nil: null }
                        let: { first: a }
                        tables:
                          t:
                            columns:
                              id: { path: "@id", type: bigint, key: true }
                              b: { path: "b | @b", type: text, nil: null }
                              c: { path: "$first", type: text, nil: null }
                              d: { path: "@d", type: text, nil: ignore }
                        """)).isEmpty();
    }

    @Test
    void anAliasMayBeUsedAsOftenAsItsSizeAllows() {
        String columns = "{ id: { path: '@id', type: bigint, key: true } }";

        assertThat(Contracts.problems("contract: 1\nname: x\ntables:\n  a: { columns: &c " + columns
                        + " }\n  b: { columns: *c }\n  c: { columns: { <<: *c, n: { path: n, type: text } } }\n"))
                .isEmpty();
    }

    /** Terminals obey escape sequences, and a line break would make one message look like two. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: \"a\\e[31mb\"",
                "name: \"a\\x9b31mb\"",
                "name: \"a\\nb\"",
                "let: { \"a\\nb\": \"1\" }",
                "let: { \"a\\e[2Jb\": \"1\" }",
                "codes: { \"a\\tb\": { x: y } }",
                "tables: { \"a\\nb\": { columns: { id: { path: '@id', type: bigint, key: true } } } }",
                "tables: { \"a\\e[31mb\": { columns: { id: { path: '@id', type: bigint, key: true } } } }",
                "tables: { t: { columns: { \"i\\nd\": { path: '@id', type: bigint, key: true } } } }",
                "tables: { t: { columns: { id: { path: \"'\\e[31m'\", type: bigint, key: true } } } }",
            })
    void refusesNamesThatATerminalWouldObey(String line) {
        String contract = "contract: 1\n" + (line.startsWith("name") ? "" : "name: x\n") + line + "\n"
                + (line.startsWith("tables") ? "" : OK_TABLES);

        assertThat(Contracts.problems(contract)).anyMatch(problem -> problem.contains("control character"));
        assertThat(Contracts.problems(contract))
                .allMatch(problem -> problem.chars().noneMatch(Character::isISOControl));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "processing_run",
                "processing_log",
                "processing_pending",
                "processing_seen",
                "processing_coverage",
                "processing_report",
                "Processing_Log"
            })
    void refusesTheNamesOfTheLedgersTables(String table) {
        String contract = "contract: 1\nname: x\ntables:\n  " + table
                + ": { columns: { id: { path: '@id', type: bigint, key: true } } }\n";

        assertThat(Contracts.problems(contract))
                .singleElement()
                .asString()
                .startsWith("4:3: tables: table " + table + " has the name of a table that Millrace keeps");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ledger: { prefix: m_ }", "ledger: { schema: etl }", "schema: loans\nledger: { schema: etl }"})
    void letsATableHaveTheNameOfALedgersTableThatIsElsewhere(String ledger) {
        String contract = "contract: 1\nname: x\n" + ledger
                + "\ntables: { processing_log: { columns: { id: { path: '@id', type: bigint, key: true } } } }\n";

        assertThat(Contracts.problems(contract)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"schema: etl\nledger: { schema: ETL }", "ledger: { prefix: M_ }"})
    void refusesTheNamesOfTheLedgersTablesWhereItIs(String ledger) {
        String table = ledger.contains("prefix") ? "m_processing_seen" : "processing_seen";
        String contract = "contract: 1\nname: x\n" + ledger + "\ntables: { " + table
                + ": { columns: { id: { path: '@id', type: bigint, key: true } } } }\n";

        assertThat(Contracts.problems(contract))
                .singleElement()
                .asString()
                .contains("has the name of a table that Millrace keeps beside it")
                .contains("--ledger-schema or --ledger-prefix");
    }

    @Test
    void tellsAPrefixThatNoDatabaseWouldTake() {
        String contract = "contract: 1\nname: x\nledger: { prefix: 'my log ' }\n" + OK_TABLES;

        assertThat(Contracts.problems(contract))
                .containsExactly(
                        "3:19: ledger: the prefix 'my log ' is none; it begins with a letter or '_', goes on with"
                                + " letters, digits and '_', and has 40 characters at most");
    }

    /** Wherever it stands, and whether or not anything else of the expression is for Saxon. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "matches(@a, 'a{2,1}')",
                "matches(@a, '[b-a]')",
                "matches(@a, '\\p{')",
                "matches(@a, '\\p{Foo}')",
                "matches(@a, '(')",
                "matches(@a, 'a', 'k')",
                "replace(@a, '[a-', 'b')",
                "replace(@a, '*', 'b', 'i')",
                "tokenize(@a, 'a**')",
                "if (@a) then tokenize(@a, 'a{2,1}')[1] else ()",
                "@a => matches('a{2,1}')",
                "string(@a)[matches(., concat('a', 'b')) or matches(., ')')]",
                "fn:matches(format-number(@a, '0'), '\\')",
                "analyze-string(@a, '(a')/string()",
            })
    void tellsARegularExpressionThatIsNone(String path) {
        String contract =
                "contract: 1\nname: x\ntables:\n  t:\n    columns:\n      id: { path: \"@id\", type: bigint, key: true }\n"
                        + "      a: { path: \"" + path.replace("\\", "\\\\") + "\", type: text }\n";

        assertThat(Contracts.problems(contract)).singleElement().asString().startsWith("7:");
    }

    @Test
    void tellsFiveMistakesAtOnce() {
        String contract = """
                contract: 1
                nmae: loans
                codes:
                  yes_no: { Y: true, N: nein }
                tables:
                  app:
                    columns:
                      id: { path: "@ID", type: bigint, key: true }
                      ok: { path: "@ok", type: boolean, codes: yes_no }
                      sum: { path: "@sum + ", type: "decimal(12,2)" }
                  contact:
                    parent: ap
                    columns:
                      id: { ref: app.id, key: true }
                """;

        assertThat(Contracts.problems(contract))
                .containsExactly(
                        "1:1: contract: the key 'name' is missing",
                        "2:1: contract: unknown key 'nmae'; did you mean 'name'? Known here: contract, name, description, document,"
                                + " schema, ledger, source, let, codes, defaults, tables, ignore",
                        "9:48: column app.ok: code table yes_no (line 4) does not fit the column's type: 'nein' is no"
                                + " boolean: expected true or false",
                        problemAt(contract, "10:"),
                        "12:13: table contact: its parent 'ap' is no table; did you mean 'app'? Tables: app, contact");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    a: { pth: "@a", type: text }                     | 7:10: column t.a: unknown key 'pth'; did you mean 'path'?
                    a: { type: text }                                | 7:5: column t.a: nothing says where its value comes from; give it one of path, ref
                    a: { path: a, value: 1, type: text }             | 7:19: column t.a: has path and value; a column has exactly one of
                    a: { path: a }                                   | 7:5: column t.a: the key 'type' is missing; types: boolean
                    a: { path: a, type: intger }                     | 7:25: column t.a: type is the text 'intger'; did you mean 'integer'?
                    a: { path: a, type: varchar }                    | 7:25: column t.a: type is the text 'varchar'; write varchar(n)
                    a: { path: a, type: "decimal(39)" }              | 7:25: column t.a: type is the text 'decimal(39)'; write decimal(p,s) with p from 1 to 38
                    a: { path: a, type: time(10) }                   | 7:25: column t.a: type is the text 'time(10)'; write time(p) with p from 0 to 9
                    a: { path: a, type: integer(4) }                 | 7:25: column t.a: type is the text 'integer(4)'; write integer without a number
                    a: { path: 1, type: text }                       | 7:16: column t.a: path is the number '1'; it must be a text: put it in quotes
                    a: { path: , type: text }                        | column t.a: path is null; it must be a text, or leave it out
                    a: { path: [a], type: text }                     | 7:16: column t.a: path is a list; it must be a text
                    a: { path: " ", type: text }                     | 7:16: column t.a: path is blank
                    a: { path: a, type: text, key: maybe }           | 7:36: column t.a: key is the text 'maybe'; it must be true or false
                    a: { path: a, type: text, empty: kep }           | 7:38: column t.a: empty is the text 'kep'; did you mean 'keep'? Allowed: null, no-default, keep
                    a: { path: a, type: text, path: b }              | 7:31: column t.a: the key 'path' stands here twice; the first is in line 7
                    a: text                                          | 7:8: column t.a: found the text 'text'; it must be a mapping
                    a: !x { path: a }                                | 7:8: column t.a: found a value with the tag '!x'
                    a: { ordinal: false }                            | 7:10: column t.a: ordinal is false; write 'ordinal: true'
                    a: { ordinal: true, type: text }                 | 7:25: column t.a: type is text, but an ordinal counts
                    a: { ordinal: true, join: "," }                  | 7:25: column t.a: join makes no sense for a column with 'ordinal'; remove it
                    a: { meta: run-id, type: integer }               | 7:24: column t.a: type is integer, but run-id is a text
                    a: { meta: loaded-at, type: date }               | 7:27: column t.a: type is date, but loaded-at is a moment
                    a: { meta: runid }                               | 7:16: column t.a: meta is the text 'runid'; did you mean 'run-id'?
                    a: { value: 1.5, type: integer }                 | 7:17: column t.a: value '1.5' is no integer: expected a whole number
                    a: { value: null, type: integer, key: true }     | 7:17: column t.a: value is null; a key column must have a value
                    a: { ref: u.id }                                 | 7:15: column t.a: ref 'u.id' names no table
                    a: { ref: id }                                   | 7:15: column t.a: ref 'id' is not of the form table.column
                    a: { ref: t.id }                                 | 7:15: column t.a: ref 't.id' names a column of its own table; a ref is for those of ancestors. Write 'path: $id'
                    a: { path: a, type: integer, overflow: truncate } | 7:34: column t.a: overflow makes no sense for type integer: only char(n) and varchar(n)
                    a: { path: a, type: varchar(9), scale: down }    | 7:37: column t.a: scale makes no sense for type varchar(9): only whole numbers
                    a: { path: a, type: text, invalid: null }        | 7:31: column t.a: invalid makes no sense for type text: every text is valid
                    a: { path: a, type: integer, empty: keep }       | 7:34: column t.a: empty makes no sense for type integer: only a text can be empty
                    a: { path: a, type: integer, empty: no-default } | 7:34: column t.a: empty is 'no-default', but the column has no 'default'; remove it, or add one
                    a: { path: a, type: integer, invalid: default }  | 7:34: column t.a: invalid is 'default', but the column has no 'default'
                    a: { path: a, type: xml, trim: false }           | 7:30: column t.a: trim makes no sense for type xml: a fragment is kept as it is
                    a: { path: a, type: xml, unescape: html }        | 7:30: column t.a: unescape makes no sense for type xml: a fragment is kept as it is
                    a: { path: a, type: text, trim: unicod }         | 7:37: column t.a: trim is the text 'unicod'; did you mean 'unicode'?
                    a: { path: a, type: xml, key: true }             | 7:30: column t.a: an xml column cannot be a key
                    a: { path: a, type: text, format: yyyy }         | 7:39: column t.a: format 'yyyy' makes no sense for type text
                    a: { path: a, type: date, format: HH:mm }        | 7:39: column t.a: format 'HH:mm' names no whole date
                    a: { path: a, type: time, format: yyyy-MM-dd }   | 7:39: column t.a: format 'yyyy-MM-dd' names no time of day
                    a: { path: a, type: timestamptz, format: yyyy-MM-dd } | 7:46: column t.a: format 'yyyy-MM-dd' names no zone
                    a: { path: a, type: date, format: [bbb] }        | 7:40: column t.a: format 'bbb' is no pattern for dates
                    a: { path: a, type: integer, format: "0.0,0.0" } | 7:42: column t.a: format '0.0,0.0' is no pattern for numbers
                    a: { path: a, type: integer, format: yyyy }      | 7:42: column t.a: format 'yyyy' is no pattern for numbers
                    a: { path: a, type: bytes, format: hx }          | 7:40: column t.a: format 'hx' is not known for bytes
                    a: { path: a, type: bytes, format: [hex, base64] } | 7:32: column t.a: format is a list, but bytes take one
                    a: { path: a, type: integer, codes: nope }       | 7:41: column t.a: codes names 'nope', which is no code table; declare it
                    a: { path: a, type: date, default: 31.1.2026 }   | 7:40: column t.a: default '31.1.2026' is no date: expected a date such as 2026-01-31
                    a: { path: a, type: char(2), default: abc }      | 7:43: column t.a: default 'abc' is no char(2): it has 3 characters
                    a: { path: "$b", type: text }                    | 7:17: column t.a:
                    a: { path: "$a", type: text }                    | 7:17: column t.a: $a has no value yet here
                    a: { path: 'x[. = ''b''][$a]', type: text }      | 7:30: column t.a: $a has no value yet here
                    a: { path: "x[. = \\u0022b\\u0022][$a]", type: text } | 7:38: column t.a: $a has no value yet here
                    a: { path: a, type: text, several: frist }       | 7:40: column t.a: several is the text 'frist'; did you mean 'first'?
                    a: { path: a, type: text, several: join }        | 7:31: column t.a: several is 'join', but nothing says what stands between the items
                    a: { path: a, type: text, several: last, join: "," } | 7:46: column t.a: join makes no sense with 'several: last'
                    a: { path: a, type: xml, several: first }        | 7:30: column t.a: several makes no sense for type xml
                    a: { path: a, type: text, nulls: [" - "] }       | 7:39: warning: column t.a: nulls holds a text with white space at its ends, which 'trim' removes
                    a: { path: a, type: text, nullable: true }       | 7:31: column t.a: unknown key 'nullable'; a column may be NULL unless it is 'required: true' or a key
                    a: { path: a, type: text, nulls: [""] }          | 7:39: column t.a: nulls holds an empty text, of which 'empty' says what it is
                    a: { path: a, type: text, nulls: { a: b } }      | 7:38: column t.a: nulls is a mapping; it must be a text, or a list of texts
                    a: { path: '@b', type: text, nil: null }         | 7:34: column t.a: nil is 'null', but the path leads to no element, and only elements have an xsi:nil; remove it
                    a: { path: "number(a) + 1", type: double, nil: null } | 7:47: column t.a: nil is 'null', but the path leads to no element
                    a: { path: a, type: text, nil: no }              | 7:36: column t.a: nil is the text 'no'; allowed: ignore, null
                    a: { path: a, type: text, zone: UTC }            | 7:31: column t.a: zone makes no sense for type text: only timestamp and timestamptz
                    a: { path: a, type: timestamp, zone: CEST }      | 7:42: column t.a: zone is the text 'CEST', which is no time zone; write one such as Europe/Zurich
                    a: { path: a, type: time, partial: first }       | 7:31: column t.a: partial makes no sense for type time(6): only dates have days
                    a: { path: a, type: date, format: yyyyMM }       | 7:39: column t.a: format 'yyyyMM' names no whole date (yyyy, MM and dd); say with 'partial: first' or 'last'
                    a: { path: a, type: date, format: dd, partial: last } | 7:39: column t.a: format 'dd' names no whole date
                    a: { ordinal: true, nulls: x }                   | 7:25: column t.a: nulls makes no sense for a column with 'ordinal'; remove it
                    ID: { path: a, type: text }                      | 7:5: column t.ID: the table has another column of this name
                    "": { path: a, type: text }                      | 7:5: columns of table t: the name of a column is blank
                    [a]: { path: a, type: text }                     | 7:5: columns of table t: a key is a list; it must be a text
                    a: { path: a, type: date, key: true, required: false } | 7:42: column t.a: required is false, but a key column always needs a value
                    a: { path: a, type: text, key: true }            | 7:19: warning: column t.a: is a key of type text, which not every database can have
                    a: { path: a, type: date, key: true, default: "2026-01-31" } | 7:42: warning: column t.a: is a key column with a default
                    """)
    void tellsWhatIsWrongWithAColumn(String column, String problem) {
        assertThat(Contracts.problems(Contracts.withColumns(column)))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    u: { parent: T, columns: { a: { ordinal: true } } }             | 5:16: table u: its parent 'T' is no table; did you mean 't'?
                    u: { parent: u, columns: { a: { ordinal: true } } }             | 5:16: table u: its parent u is itself
                    T: { parent: t, columns: { a: { ordinal: true } } }             | 5:3: table T: differs from table t in line 4 only in case
                    u: { columns: { } }                                             | 5:17: columns of table u: there is no column
                    u: { parent: t }                                                | 5:6: table u: the key 'columns' is missing
                    u: { rows: a, union: [ { columns: { a: { ordinal: true } } } ] } | 5:14: table u: rows and union exclude each other
                    u: { union: [] }                                                | 5:8: table u: union is an empty list
                    u: { union: { rows: a } }                                       | 5:15: table u: union is a mapping; it must be a list
                    u: { parent: t, rows: "a[", columns: { a: { ordinal: true } } } | rows of table u: not
                    u: { parent: t, columns: { a: { ref: t.ID } } }                 | 5:42: column u.a: table t has no column 'ID'; did you mean 'id'?
                    u: { distinct: { by: [] }, columns: { a: { ordinal: true } } }  | 5:24: distinct of table u: by is an empty list
                    u: { distinct: { by: b }, columns: { a: { ordinal: true } } }   | 5:24: table u: distinct.by names 'b', which is no column of the table
                    u: { unique: [[a, a]], columns: { a: { ordinal: true } } }      | 5:21: table u: unique names a twice
                    u: { index: b, columns: { a: { ordinal: true } } }              | 5:15: table u: index names 'b', which is no column
                    u: { on-duplicate: replace, columns: { a: { ordinal: true } } } | 5:22: table u: on-duplicate is the text 'replace'; allowed: reject, keep-first, update
                    u: { columns: { a: { ordinal: true, key: true } } }             | 5:19: table u: its key (a) is the same in every document
                    u: { rows: a, columns: { a: { meta: document-key, key: true } } } | 5:28: table u: its key (a) is the same for all rows of one document
                    u: { parent: t, columns: { a: { ordinal: true, key: true } } }  | 5:30: table u: its key (a) cannot tell the rows of different t rows apart; add refs to the key of t (id)
                    u: { parent: t, rows: a, columns: { a: { ref: t.id, key: true } } } | 5:39: table u: its key (a) is the same for all rows of one t row
                    u: { parent: t, rows: a, columns: { a: { path: a, type: boolean, key: true } } } | 5:39: warning: table u: its key (a) lacks the key of its parent t (id)
                    u: { parent: t, columns: { a: { ref: t.id, key: true } }, union: [ { rows: "a[1]" }, { rows: "b[1]" } ] } | 5:30: table u: its key (a) is the same in all sets of the union
                    u: { union: [ { columns: { a: { path: a, type: date, key: true } } }, { columns: { b: { ordinal: true } } } ] } | 5:73: table u: this set of the union has no column 'a', which is part of the key
                    u: { union: [ { columns: { a: { path: a, type: date } } }, { columns: { a: { path: a, type: time } } } ] } | 5:89: column u.a: is time(6) here but date in line 5
                    u: { union: [ { columns: { a: { path: a, type: date, key: true } } }, { columns: { a: { path: a, type: date } } } ] } | 5:86: column u.a: is no key here but key in line 5
                    "": { columns: { a: { ordinal: true } } }                       | 5:3: tables: the name of a table is blank
                    """)
    void tellsWhatIsWrongWithATable(String table, String problem) {
        String first = "t: { columns: { id: { path: '@ID', type: bigint, key: true } } }\n";

        assertThat(Contracts.problems(Contracts.withTables(first + table)))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    document: { record: "a[1]" }                    | 3:2
                    document: { key: "$x" }                         | 3:
                    document: { require: [ { test: "@a" } ] }       | 3:24: document.require 1: the key 'reason' is missing
                    document: { require: { test: "@a" } }           | 3:22: document: require is a mapping; it must be a list
                    document: { names: exat }                       | 3:20: document: names is the text 'exat'; did you mean 'exact'?
                    document: { doctype: external }                 | 3:22: document: doctype is the text 'external'; did you mean 'internal'?
                    document: { encoding: windows-1253 }            | 3:23: document: encoding is the text 'windows-1253'; did you mean 'windows-125
                    document: { prolog: -1 }                        | 3:21: document: prolog is the number '-1'; it must be a whole number from 0 to 999999
                    document:                                       | 3:10: document: found null; it must be a mapping of keys to values
                    schema: 5                                       | 3:9: contract: schema is the number '5'; it must be a text: put it in quotes
                    let: { record: a }                              | 3:8: let record: $record is the record's element already
                    let: { 1a: a, b: "1 + 1" }                      | 3:8: let 1a: is no name of a variable
                    let: { a: a }                                   | 3:8: warning: let a: no path uses $a; remove it
                    let: { a: "$b", b: "$a" }                       | 3:12: let a: $b has no value yet here
                    let: { a: "$a" }                                | 3:12: let a: $a has no value yet here
                    document: { namespaces: { p: [] } }             | 3:30: document.namespaces: p is an empty list
                    document: { select: "a[" }                      | 3:23: document.select:
                    codes: { a: { x: 1, otherwise: { keep: false } } } | 3:34: codes a.otherwise: keep is false; write 'keep: true'
                    codes: { a: { x: 1, otherwise: { keep: true, value: 1 } } } | 3:46: codes a.otherwise: value and keep exclude each other
                    defaults: { zone: Mars }                        | 3:19: defaults: zone is the text 'Mars', which is no time zone
                    defaults: { format: yyyy }                      | 3:21: defaults: format 'yyyy' names neither
                    let: { id: a, b: $id }                          | column t.id: there is a 'let' id too; rename one
                    codes: { a: { x: 1 } }                          | 3:10: warning: codes a: no column uses this code table; remove it
                    codes: { a: { x: [1] } }                        | 3:18: codes a: x is a list; it must be one value
                    codes: { a: { entries: { x: 1 }, y: 2 } }       | 3:34: codes a: unknown key 'y'
                    codes: { a: { x: 1, otherwise: { vale: 1 } } }  | 3:34: codes a.otherwise: unknown key 'vale'
                    defaults: { type: text }                        | 3:13: defaults: unknown key 'type'; known here: required
                    defaults: { format: [bbb] }                     | 3:22: defaults: format 'bbb' is no pattern for dates
                    ignore: "a["                                    | 3:11: ignore:
                    """)
    void tellsWhatIsWrongAtTheTop(String line, String problem) {
        assertThat(Contracts.problems("contract: 1\nname: test\n" + line + "\n" + OK_TABLES))
                .anySatisfy(found -> assertThat(found).contains(problem));
    }

    @Test
    void tellsWhatIsWrongWithTheLetsOfTables() {
        String tables = """
                t:
                  let: { a: x, b: $c, c: y, record: z }
                  columns:
                    id: { path: "@id", type: bigint, key: true }
                    b: { path: $a, type: text }
                u:
                  parent: t
                  rows: $a/v | $inner
                  let: { a: w, inner: q }
                  columns: { v: { path: $outer, type: text } }
                """;

        assertThat(Contracts.problems(Contracts.withTables(tables)))
                .containsExactly(
                        "5:21: let b of table t: $c has no value yet here; a path can use only what is declared before it: move c up",
                        "5:31: let record of table t: $record is the record's element already; choose another name",
                        "8:7: column t.b: there is a 'let' b too; rename one, so that $b means one thing",
                        "11:18: rows of table u: there is no variable $inner; variables: $record, $a, $b, $c",
                        "12:12: let a of table u: there is a 'let' a above it already; rename one",
                        "13:27: column u.v: there is no variable $outer; variables: $record, $a, $b, $c, $inner, $id, $seq");
    }

    @Test
    void tellsWhatIsWrongWithNestedRows() {
        String tables = """
                t:
                  rows: a
                  nested: a
                  distinct: { by: seq }
                  columns:
                    doc: { meta: document-key, key: true }
                    around: { ref: t.seq, key: true }
                    seq: { ordinal: true, key: true }
                """;

        assertThat(Contracts.problems(Contracts.withTables(
                        "t:\n  nested: .\n  columns: { id: { path: a, type: integer, key: true } }")))
                .containsExactly(
                        "5:13: table t: nested is '.', the row's own item, so there would be rows without end; name what is below it");
        assertThat(Contracts.problems(Contracts.withTables(tables)))
                .containsExactly(
                        "6:5: table t: nested and distinct exclude each other; remove one of them",
                        "10:24: column t.around: table t has no column 'seq'; columns: doc, around",
                        "10:29: column t.around: refers to the row that encloses this one, which the outermost rows do not have, so"
                                + " it cannot be a key; remove 'key'");
    }

    @Test
    void warnsOfPathsThatAreTheSameInEachRow() {
        String rows = "t:\n  rows: a\n  columns:\n    id: { path: \"@id\", type: bigint, key: true }\n    %s\n";

        assertThat(Contracts.problems(Contracts.withTables(rows.formatted("b: { path: //b, type: text }"))))
                .containsExactly(
                        "8:18: warning: column t.b: the path begins at the top of the document, whatever the row; write './/b' for"
                                + " what is below the row's item");
        assertThat(Contracts.problems(Contracts.withTables(rows.formatted("b: { path: position(), type: integer }"))))
                .containsExactly(
                        "8:18: warning: column t.b: position() is 1 in each row; write 'ordinal: true' for the row's number");
        assertThat(Contracts.problems(Contracts.withColumns("b: { path: //b, type: text }")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ``                            | 1:1: the file is empty; a contract begins with 'contract: 1'
                    just text                     | 1:1: contract: found the text 'just text'; it must be a mapping
                    [a, b]                        | 1:1: contract: found a list; it must be a mapping
                    a: [b                         | not YAML: a '{' or '[' is not closed before the end of the file
                    a: *b                         | 1:4: not YAML: found undefined alias b
                    a: "x\\0"                      | 1:4: the text holds U+0000 or half a surrogate pair
                    a: { "\\uD83D": 1 }             | 1:6: the text holds U+0000 or half a surrogate pair
                    a: !!str%20 1                 | 1:1: not YAML: Tag must not contain leading or trailing spaces
                    contract: "1"                 | 1:11: contract: contract is the text '1'; this reader knows the contract language 1 only
                    """)
    void tellsWhatIsNoContract(String text, String problem) {
        assertThat(Contracts.problems(text))
                .anySatisfy(found -> assertThat(found).contains(problem));
    }

    @Test
    void tellsTabsAndSecondDocuments() {
        assertThat(Contracts.problems("contract: 1\n\tname: a"))
                .singleElement()
                .asString()
                .startsWith("2:1: not YAML: found character '\\t(TAB)' that cannot start any token");
        assertThat(Contracts.problems("contract: 1\n---\nname: a"))
                .containsExactly(
                        "2:1: a second YAML document begins here; a contract is one document: remove the '---' or split the file");
    }

    @Test
    void standsDeepNestingAndExplodingAliases() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(Contracts.problems("[".repeat(1_000_000)))
                .containsExactly("1:51: nested deeper than 50 levels; a contract needs fewer than 10");
        assertThat(Contracts.problems(laughs.toString()))
                .singleElement()
                .asString()
                .contains("anchors and aliases expand");
        assertThat(Contracts.problems("a: &a { b: *a }"))
                .singleElement()
                .asString()
                .contains("or to themselves");
        assertThat(Contracts.problems(" ".repeat(YamlText.MAX_CHARACTERS + 1)))
                .singleElement()
                .asString()
                .contains("a contract may have");
    }

    @Test
    void tellsBytesThatAreNotUtf8(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("latin1.yaml");
        Files.write(file, "contract: 1\nname: Größe".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ContractReader.read(file))
                .isInstanceOf(ContractException.class)
                .hasMessage(file + ":2:9: the byte 0xF6 is not UTF-8 here; save the file as UTF-8");
    }

    @Test
    void refusesAChildBeforeItsParent() {
        assertThat(Contracts.problems(Contracts.withTables("""
                        child: { parent: base, rows: a, columns: { n: { path: "@n", type: text } } }
                        base: { columns: { id: { path: "@id", type: bigint, key: true } } }
                        """)))
                .singleElement()
                .asString()
                .isEqualTo("4:20: table child: its parent base is declared below it, in line 5;"
                        + " a parent comes before its children");
    }

    @Test
    void doesNotFollowOneMistakeWithOthers() {
        assertThat(Contracts.problems(Contracts.withTables("""
                        base:
                          columns:
                            id: { path: "@id", type: bigit, key: true }
                        child:
                          parent: base
                          rows: a
                          columns:
                            id: { ref: base.id, key: true }
                            n: { ordinal: true, key: true }
                        grandchild:
                          parent: child
                          columns:
                            id: { ref: child.id }
                        """)))
                .singleElement()
                .asString()
                .startsWith("6:32: column base.id: type is the text 'bigit'; did you mean 'bigint'?");
    }

    private static String problemAt(String contract, String place) {
        List<String> there = Contracts.problems(contract).stream()
                .filter(problem -> problem.startsWith(place))
                .toList();
        assertThat(there).hasSize(1);
        return there.get(0);
    }
}
