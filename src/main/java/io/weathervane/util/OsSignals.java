package io.weathervane.util;

import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Handlers of the operating system's signals. The JDK's own class for that is reached by its name, because the compiler warns
 * of it with a warning that cannot be turned off.
 */
final class OsSignals {
    private final Class<?> signal;
    private final Class<?> handler;

    private OsSignals(Class<?> signal, Class<?> handler) {
        this.signal = signal;
        this.handler = handler;
    }

    /** Empty on a JDK without them. */
    static Optional<OsSignals> find() {
        try {
            return Optional.of(
                    new OsSignals(Class.forName("sun.misc.Signal"), Class.forName("sun.misc.SignalHandler")));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * Hands the number of the signal on, each on a thread of its own.
     *
     * @param evenIgnored also where the program that started this process has it ignore the signal
     */
    void handle(String name, boolean evenIgnored, IntConsumer onSignal) {
        Object handing = Proxy.newProxyInstance(
                handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(onSignal, arguments);
                    }
                    onSignal.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                    return null;
                });
        try {
            Object before = replace(name, handing);
            Object ignored = handler.getField("SIG_IGN").get(null);
            if (!evenIgnored && ignored.equals(before)) {
                replace(name, ignored); // the program that started this process wants it so
            }
        } catch (ReflectiveOperationException e) {
            return; // this system has no such signal, or the virtual machine keeps it
        }
    }

    private Object replace(String name, Object by) throws ReflectiveOperationException {
        return signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), by);
    }
}
