package dev.millrace;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md. */
class ArchitectureTest {

    /** Each knows only those before it, and within it the packages are in their order too. */
    private static final Map<String, List<String>> MODULES = modules();

    private static Map<String, List<String>> modules() {
        Map<String, List<String>> modules = new LinkedHashMap<>();
        modules.put(
                "xml", List.of("document", "xml..")); // xml and xml.path are one: the nodes, and the paths over them
        modules.put("contract", List.of("contract"));
        modules.put(
                "core",
                List.of("source", "summary", "mapping", "coverage", "pipeline", "explain", "trial", "sink", "workers"));
        modules.put("sql", List.of("dialect..", "source.jdbc", "database.ledger", "database.keys", "database"));
        modules.put("samples", List.of("samples"));
        modules.put("run", List.of("processing"));
        modules.put("lake", List.of("lake"));
        modules.put("verification", List.of("verification"));
        modules.put("import", List.of("reference"));
        modules.put("discovery", List.of("discovery.xsd", "discovery"));
        modules.put("report", List.of("report"));
        modules.put("dialect-kit", List.of("kit.."));
        modules.put("cli", List.of("cli"));
        modules.put("spark", List.of("spark.."));
        modules.put("bench", List.of("bench"));
        return modules;
    }

    private static final List<String> ORDER =
            MODULES.values().stream().flatMap(List::stream).toList();

    private static final JavaClasses CLASSES = Checkout.mainClasses();

    /** The library: what its users have on their class path. */
    private static final JavaClasses LIBRARY =
            CLASSES.that(not(resideInAnyPackage(tree("cli"), tree("kit"), tree("bench"))));

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        classes().should(resideIn(ORDER)).check(CLASSES);
    }

    @Test
    void packagesKnowOnlyThoseBeforeThem() {
        for (int i = 0; i < ORDER.size() - 1; i++) {
            noClasses()
                    .that(resideInAPackage(full(ORDER.get(i))))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(ORDER.subList(i + 1, ORDER.size()).stream()
                            .map(ArchitectureTest::full)
                            .toArray(String[]::new)))
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    /** A package in two modules could be in no module of Java's, and its classes would see what is none of their business. */
    @Test
    void everyPackageIsInOneModule() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String module : MODULES.keySet()) {
            Path sources = Checkout.TOP.resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(file -> sources.relativize(file.getParent()).toString())
                        .forEach(name -> found.computeIfAbsent(name, any -> new TreeSet<>())
                                .add(module));
            }
        }

        assertThat(found.values()).allSatisfy(modules -> assertThat(modules).hasSize(1));
        assertThat(found.keySet()).contains("dev/millrace/xml/path", "dev/millrace/bench");
    }

    @Test
    void everyModuleHasItsPlaceInTheOrder() throws IOException {
        try (Stream<Path> folders = Files.list(Checkout.TOP)) {
            assertThat(folders.filter(folder -> Files.exists(folder.resolve("src/main/java")))
                            .map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(MODULES.keySet());
        }
    }

    @Test
    void importingKnowsContractsAndNothingElse() {
        String[] others = ORDER.stream()
                .filter(name ->
                        !List.of("document", "xml..", "contract", "reference").contains(name))
                .map(ArchitectureTest::full)
                .toArray(String[]::new);

        noClasses()
                .that(resideInAPackage(full("reference")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(others))
                .check(CLASSES);
    }

    /** Rows are made without a database; only what waits for one, and is to be stopped, has to know how. */
    @Test
    void whatMakesRowsKnowsNoDatabase() {
        noClasses()
                .that(resideInAnyPackage(
                        tree("document"),
                        tree("xml"),
                        tree("contract"),
                        full("source"),
                        tree("mapping"),
                        tree("pipeline"),
                        tree("explain"),
                        tree("sink")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql.."))
                .check(CLASSES);
    }

    @Test
    void whatDatabasesShareNamesNoneOfThem() {
        noClasses()
                .that(resideInAPackage(full("dialect")))
                .should()
                .dependOnClassesThat(resideInAPackage(full("dialect.*..")))
                .check(CLASSES);
    }

    /** Whoever writes a dialect has what ours have: what several share is not in the package of one. */
    @Test
    void databasesKnowNothingOfEachOther() {
        SlicesRuleDefinition.slices()
                .matching(full("dialect.(*).."))
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void onlyThePathCompilerKnowsSaxon() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.xml.path")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.sf.saxon..")
                .check(CLASSES);
    }

    @Test
    void onlyTheDatabasePackagesKnowJdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        tree("dialect"),
                        tree("source.jdbc"),
                        tree("database"),
                        tree("workers"),
                        tree("samples"),
                        tree("lake"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                        // How an engine says that the database has failed.
                        .and(not(type(SQLException.class))))
                .check(LIBRARY);
    }

    @Test
    void onlyTheLivePageServes() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.millrace.report.LivePage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun.net.httpserver..")
                .check(CLASSES);
    }

    @Test
    void theLibraryPrintsNothing() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(LIBRARY);
    }

    @Test
    void loggingGoesThroughSlf4j() {
        GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unmarked).isEmpty();
    }

    private static ArchCondition<JavaClass> resideIn(List<String> packages) {
        return ArchConditions.be(
                resideInAnyPackage(packages.stream().map(ArchitectureTest::full).toArray(String[]::new)));
    }

    private static String full(String name) {
        return "dev.millrace." + name;
    }

    private static String tree(String name) {
        return full(name) + "..";
    }
}
