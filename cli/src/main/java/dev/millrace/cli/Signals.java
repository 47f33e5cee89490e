package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The signals of the operating system. The JDK's only class for them is {@code sun.misc.Signal}, in the module {@code jdk.unsupported}. It
 * is called by reflection because javac warns of each use, and this warning cannot be turned off.
 */
final class Signals {

    private Signals() {}

    /**
     * Calls the handler with the number of the signal when it comes, instead of the handler that is set now.
     *
     * @return sets the earlier handler again when it is closed
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
            // The JVM refuses signals that it uses itself, by an IllegalArgumentException.
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

    /** The methods of Object, which a proxy has to answer too. */
    private static @Nullable Object ofObject(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "handler of signals";
        };
    }
}
