package dev.millrace;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests look at that are about all of Millrace. */
public final class Checkout {

    /** The project, whether a test starts there or in its module. */
    public static final Path TOP = top();

    private Checkout() {}

    /** The main classes of all modules that cli knows, and no test, also where those of a module are a jar for other tests. */
    static JavaClasses mainClasses() {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test") && !location.contains("-tests.jar"))
                .importPackages("dev.millrace");
    }

    private static Path top() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("mvnw")) ? here : here.resolve("..").normalize();
    }
}
