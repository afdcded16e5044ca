package io.weathervane.util;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Has those signals end this process in order that end it at once otherwise: the virtual machine runs its shutdown hooks
 * at SIGHUP, SIGINT and SIGTERM, and at no other one. The JDK's own class for that is reached by its name, because the
 * compiler warns of it with a warning that cannot be turned off.
 */
public final class ExtraTerminationSignals {
    /** All that a process may catch, whose default is its end, and that the virtual machine does not use itself. */
    private static final List<String> NAMES =
            List.of("USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT", "XCPU", "SYS", "EMT", "RTMIN", "RTMAX");

    private ExtraTerminationSignals() {}

    /** Hands the number of such a signal on, on a thread of its own. A system has only some of them. */
    public static void handle(IntConsumer onSignal) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handing = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(onSignal, arguments);
                        }
                        onSignal.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                        return null;
                    });
            for (String name : NAMES) {
                handle(signal, handler, handing, name);
            }
        } catch (ReflectiveOperationException e) {
            return; // a JDK without it: the processes that are left are ended at the next start
        }
    }

    private static void handle(Class<?> signal, Class<?> handler, Object handing, String name) {
        try {
            Constructor<?> named = signal.getConstructor(String.class);
            Method handle = signal.getMethod("handle", signal, handler);
            Object before = handle.invoke(null, named.newInstance(name), handing);
            Object ignored = handler.getField("SIG_IGN").get(null);
            if (ignored.equals(before)) {
                handle.invoke(
                        null, named.newInstance(name), ignored); // the program that started this process wants it so
            }
        } catch (ReflectiveOperationException e) {
            return; // this system has no such signal, or the virtual machine keeps it
        }
    }
}
