package com.example.orders;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Optional;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs and their tests are what a stranger could write. */
class PublicApiOnlyTest {

    private static final DescribedPredicate<JavaClass> MARKED_AS_API =
            DescribedPredicate.describe("are marked as API", PublicApiOnlyTest::isApi);

    @Test
    void programsUseThePublicApiAlone() {
        classes()
                .that()
                .resideInAPackage("com.example.orders")
                .should()
                .onlyDependOnClassesThat(MARKED_AS_API)
                .check(new ClassFileImporter().importPackages("com.example.orders", "dev.millrace"));
    }

    /** What a program does not use is not on its class path: nothing here has to be there for these programs to run. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.sf.saxon.Version",
                "org.postgresql.Driver",
                "com.microsoft.sqlserver.jdbc.SQLServerDriver",
                "org.mariadb.jdbc.Driver",
                "org.duckdb.DuckDBDriver",
                "org.sqlite.JDBC",
                "picocli.CommandLine",
                "dev.millrace.reference.ReferenceImport",
                "dev.millrace.samples.SampleWriter"
            })
    void whatIsNotUsedIsNotThere(String type) {
        assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
    }

    private static boolean isApi(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        if (!base.getPackageName().startsWith("dev.millrace")) {
            return true;
        }
        if (base.isAnnotatedWith(API.class)) {
            return base.getAnnotationOfType(API.class).status() != API.Status.INTERNAL;
        }
        Optional<JavaClass> around = base.getEnclosingClass();
        return around.isPresent() && isApi(around.get());
    }
}
