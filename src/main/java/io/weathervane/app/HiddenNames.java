package io.weathervane.app;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.worker.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which tools and prompts of services clients do not see because of another one of the same name: of ours, or of a
 * service before. Looked for when the workers have changed; logged once, and noted for as long as it is so.
 */
final class HiddenNames implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Services");

    /** Names in a note; more are counted. */
    private static final int SHOWN_MAX = 5;

    /** By whom a name of ours is taken. */
    private static final String OURS = "WeatherVane's own";

    private final Supplier<List<Offer>> offers;
    private final Predicate<String> isOurs;
    private final EventBus.Subscription subscription;
    private volatile Map<ServiceName, List<String>> notes = Map.of();

    /**
     * Names that a service offers.
     *
     * @param tools the names that clients would see, as they were listed last
     * @param prompts the same
     */
    record Offer(ServiceName service, Supplier<List<String>> tools, Supplier<List<String>> prompts) {}

    private HiddenNames(EventBus events, Supplier<List<Offer>> offers, Predicate<String> isOurs) {
        this.offers = offers;
        this.isOurs = isOurs;
        this.subscription = events.subscribe(this::heard);
    }

    /**
     * Looks for them from now on.
     *
     * @param offers of the services there are now, in the order of the configuration
     * @param isOurs whether a tool of ours has the name
     */
    static HiddenNames follow(EventBus events, Supplier<List<Offer>> offers, Predicate<String> isOurs) {
        return new HiddenNames(events, offers, isOurs);
    }

    /** A sentence each. */
    List<String> of(ServiceName service) {
        return notes.getOrDefault(service, List.of());
    }

    private void heard(Event event) {
        if (event.type() == EventType.WORKERS_CHANGED
                || event.type() == EventType.WORKER_SWITCHED
                || event.type() == EventType.OFFER_CHANGED) {
            look();
        }
    }

    private synchronized void look() {
        Map<ServiceName, List<String>> before = notes;
        Map<ServiceName, List<String>> now = new HashMap<>();
        add(now, "tool", Offer::tools, isOurs);
        add(now, "prompt", Offer::prompts, name -> false);
        notes = now;
        now.forEach((service, found) -> found.stream()
                .filter(note -> !before.getOrDefault(service, List.of()).contains(note))
                .forEach(note -> LOG.warn("service={} {}", service, note)));
    }

    private void add(
            Map<ServiceName, List<String>> found,
            String what,
            Function<Offer, Supplier<List<String>>> names,
            Predicate<String> ours) {
        Map<String, String> owners = new HashMap<>();
        for (Offer offer : offers.get()) {
            Map<String, List<String>> hiddenBy = new LinkedHashMap<>();
            for (String name : names.apply(offer).get()) {
                String owner = ours.test(name) ? OURS : owners.putIfAbsent(name, "that of service " + offer.service());
                if (owner != null) {
                    hiddenBy.computeIfAbsent(owner, any -> new ArrayList<>()).add(name);
                }
            }
            hiddenBy.forEach((owner, hidden) -> found.computeIfAbsent(offer.service(), any -> new ArrayList<>())
                    .add(note(what, hidden, owner)));
        }
    }

    private static String note(String what, List<String> hidden, String owner) {
        boolean one = hidden.size() == 1;
        String more = hidden.size() > SHOWN_MAX ? " and " + (hidden.size() - SHOWN_MAX) + " more" : "";
        return "clients do not see the " + what + (one ? " " : "s ")
                + hidden.stream().limit(SHOWN_MAX).collect(Collectors.joining(", ")) + more + ": " + owner
                + (one ? " has this name" : " have these names") + "; give the service another toolPrefix";
    }

    /** Looks no further. */
    @Override
    public void close() {
        subscription.close();
    }
}
