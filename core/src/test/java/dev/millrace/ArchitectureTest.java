package dev.millrace;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.millrace.contract.MappingContract;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md. */
class ArchitectureTest {

    /** Each package knows only those before it. {@code xml.path} is a part of {@code xml}, and others have parts too. */
    private static final List<String> ORDER = List.of(
            "document",
            "xml",
            "contract",
            "dialect",
            "source",
            "mapping",
            "pipeline",
            "sink",
            "database",
            "processing",
            "verification",
            "samples",
            "reference");

    /** The library's classes alone, also where an IDE compiles all modules to one folder. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/dev/millrace/cli/"))
            .withImportOption(location -> !location.contains("/dev/millrace/bench/"))
            .importUrl(
                    MappingContract.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        Set<String> present = CLASSES.stream()
                .map(type -> type.getPackageName().substring("dev.millrace.".length()))
                .map(name -> name.replaceFirst("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(ORDER).containsAll(present);
    }

    @Test
    void packagesKnowOnlyThoseBeforeThem() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] later = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(ArchitectureTest::tree)
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that(resideInAPackage(tree(ORDER.get(i))))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(later))
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        }
    }

    /** The ledger's form, then what is told by it of keys, then what loads. */
    @Test
    void partsOfDatabaseKnowOnlyThoseBeforeThem() {
        noClasses()
                .that(resideInAPackage("dev.millrace.database.ledger"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.millrace.database", "dev.millrace.database.keys"))
                .check(CLASSES);
        noClasses()
                .that(resideInAPackage("dev.millrace.database.keys"))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.millrace.database"))
                .check(CLASSES);
    }

    @Test
    void importingKnowsContractsAndNothingElse() {
        String[] others = ORDER.stream()
                .filter(name ->
                        !List.of("document", "xml", "contract", "reference").contains(name))
                .map(ArchitectureTest::tree)
                .toArray(String[]::new);

        noClasses()
                .that(resideInAPackage(tree("reference")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(others))
                .check(CLASSES);
    }

    @Test
    void pipelineAndSinksInterfaceKnowNoDatabase() {
        noClasses()
                .that(resideInAnyPackage(tree("pipeline"), tree("sink")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(tree("dialect"), tree("source"), "java.sql..", "javax.sql.."))
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
                .resideOutsideOfPackages(tree("dialect"), tree("source"), tree("database"), tree("samples"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                        // How an engine says that the database has failed.
                        .and(not(type(SQLException.class))))
                .check(CLASSES);
    }

    @Test
    void theLibraryPrintsNothing() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
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

    private static String tree(String name) {
        return "dev.millrace." + name + "..";
    }
}
