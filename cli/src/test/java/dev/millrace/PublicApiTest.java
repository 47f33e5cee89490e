package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/** What a program may rely on: types with {@link API}, and all that these show. */
class PublicApiTest {

    private static final Set<JavaClass> API_TYPES = Checkout.mainClasses().stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(PublicApiTest::isApi)
            .collect(Collectors.toSet());

    /** Else a program could be broken by a change to a type that it cannot avoid. */
    @Test
    void showsNoTypeThatIsNotOfTheApi() {
        Set<String> leaks = new TreeSet<>();
        for (JavaClass type : API_TYPES) {
            superTypes(type)
                    .filter(shown -> !mayBeShown(shown))
                    .forEach(shown -> leaks.add(type.getName() + " is a " + shown.getName()));
            for (JavaMember member : type.getMembers()) {
                if (isShown(member)) {
                    shownBy(member)
                            .filter(shown -> !mayBeShown(shown))
                            .forEach(shown -> leaks.add(member.getFullName() + " shows " + shown.getName()));
                }
            }
        }

        assertThat(leaks).isEmpty();
    }

    /**
     * A type in an API type is of the API without a mark of its own. The comparison with earlier versions, {@code -Papi}, sees it so too,
     * but looks no further than one type up: what is nested deeper has to carry the mark, or its changes go unnoticed.
     */
    @Test
    void marksWhatIsNestedDeeperThanVersionsAreCompared() {
        assertThat(API_TYPES.stream()
                        .filter(type -> !isMarked(type))
                        .filter(type -> !type.getEnclosingClass()
                                .filter(PublicApiTest::isMarked)
                                .isPresent())
                        .map(JavaClass::getName))
                .isEmpty();
        assertThat(API_TYPES).extracting(JavaClass::getSimpleName).contains("Builder", "FromDatabase", "Mapped");
    }

    @Test
    void isThere() {
        assertThat(API_TYPES).hasSizeGreaterThan(40);
    }

    private static boolean isApi(JavaClass type) {
        return isMarked(type)
                || type.getEnclosingClass().filter(PublicApiTest::isApi).isPresent() && !isInternal(type);
    }

    private static boolean isMarked(CanBeAnnotated element) {
        return element.isAnnotatedWith(API.class) && !isInternal(element);
    }

    private static boolean isInternal(CanBeAnnotated element) {
        return element.isAnnotatedWith(API.class) && status(element) == API.Status.INTERNAL;
    }

    private static API.Status status(CanBeAnnotated element) {
        return element instanceof JavaClass type
                ? type.getAnnotationOfType(API.class).status()
                : ((JavaMember) element).getAnnotationOfType(API.class).status();
    }

    private static boolean isShown(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC)
                && !isInternal(member);
    }

    private static Stream<JavaClass> shownBy(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            return Stream.of(
                            code.getReturnType().getAllInvolvedRawTypes().stream(),
                            code.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                            code.getExceptionTypes().stream())
                    .flatMap(types -> types);
        }
        return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    }

    private static Stream<JavaClass> superTypes(JavaClass type) {
        return Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
    }

    private static boolean mayBeShown(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        return base.isPrimitive()
                || base.getPackageName().startsWith("java.")
                || base.getPackageName().startsWith("javax.sql")
                || isApi(base);
    }
}
