package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The signals of the operating system. Every JDK has {@code sun.misc.Signal} for them, in the module {@code jdk.unsupported}, and nothing
 * else. It is called by reflection because javac warns of its name wherever it is written, and this warning cannot be turned off.
 */
final class Signals {

    private Signals() {}

    /**
     * Calls the handler with the number of the signal when it comes, instead of what is done by now.
     *
     * @return what puts that back
     */
    static Interruptible handle(String name, IntConsumer handler) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method number = type.getMethod("getNumber");
            Method handle = type.getMethod("handle", type, handlerType);
            Object signal = type.getConstructor(String.class).newInstance(name);
            Object ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.accept((int) number.invoke(arguments[0]));
                            return null;
                        }
                        return ofObject(proxy, method, arguments);
                    });
            Object before = handle.invoke(null, signal, ours);
            return () -> restore(handle, signal, before);
        } catch (InvocationTargetException e) {
            // As a call would: the JVM refuses signals that it keeps to itself.
            throw new IllegalArgumentException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot handle signals", e);
        }
    }

    private static void restore(Method handle, Object signal, Object before) {
        try {
            handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a proxy has to do for the methods of Object. */
    private static @Nullable Object ofObject(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "handler of signals";
        };
    }
}
