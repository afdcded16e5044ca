package io.weathervane.app;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something made for each service that there is: once, when it is first asked for after the service has come, and forgotten when
 * the service has gone.
 */
final class PerService<T> {
    private final Supplier<List<Service>> services;
    private final Function<Service, T> make;
    private volatile Made<T> made = new Made<>(List.of(), new IdentityHashMap<>(), List.of(), Map.of());

    /** Things made for these services, in their order and by their names. */
    private record Made<T>(List<Service> of, IdentityHashMap<Service, T> each, List<T> all, Map<String, T> byName) {}

    /** @param services those there are now: the same list as long as they are the same */
    PerService(Supplier<List<Service>> services, Function<Service, T> make) {
        this.services = services;
        this.make = make;
    }

    /** In the order of the configuration. */
    List<T> all() {
        return now().all();
    }

    /** By the services' names, in the order of the configuration. */
    Map<String, T> byName() {
        return now().byName();
    }

    /** That of this service, which may have come or gone this moment. */
    T of(Service service) {
        return Optional.ofNullable(now().each().get(service)).orElseGet(() -> make.apply(service));
    }

    private Made<T> now() {
        Made<T> known = made;
        return known.of() == services.get() ? known : remade();
    }

    private synchronized Made<T> remade() {
        Made<T> before = made;
        List<Service> now = services.get();
        if (before.of() != now) {
            IdentityHashMap<Service, T> each = new IdentityHashMap<>();
            Map<String, T> byName = new LinkedHashMap<>();
            for (Service service : now) {
                T one = Optional.ofNullable(before.each().get(service)).orElseGet(() -> make.apply(service));
                each.put(service, one);
                byName.put(service.name().value(), one);
            }
            made = new Made<>(now, each, List.copyOf(byName.values()), Collections.unmodifiableMap(byName));
        }
        return made;
    }
}
