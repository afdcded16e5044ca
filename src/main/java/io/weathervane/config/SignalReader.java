package io.weathervane.config;

import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.signal.PrometheusQuerySpec;
import io.weathervane.signal.SignalConfig;
import io.weathervane.worker.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code signals}: what releases are judged by beside their own calls. */
final class SignalReader {
    /** Each is kept with each check. */
    private static final int SIGNALS_MAX = 10;

    private static final int QUERY_LENGTH_MAX = 4_000;
    private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
    private static final Duration INTERVAL_MAX = Duration.ofHours(24);
    private static final Duration POLLED = Duration.ofSeconds(30);
    private static final Duration POSTED = Duration.ofMinutes(5);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** From where on a signal calls for what, by key. */
    private static final List<Key> LIMITS = List.of(
            new Key("degradeAbove", DecisionAction.DEGRADE, Comparison.ABOVE),
            new Key("degradeBelow", DecisionAction.DEGRADE, Comparison.BELOW),
            new Key("rollbackAbove", DecisionAction.ROLLBACK, Comparison.ABOVE),
            new Key("rollbackBelow", DecisionAction.ROLLBACK, Comparison.BELOW),
            new Key("escalateAbove", DecisionAction.ESCALATE, Comparison.ABOVE),
            new Key("escalateBelow", DecisionAction.ESCALATE, Comparison.BELOW));

    private static final String LIMIT_KEYS = LIMITS.stream().map(Key::name).collect(Collectors.joining(", "));

    private final boolean hasTokens;
    private final Map<String, ServiceName> services = new LinkedHashMap<>();
    private final SecretVariables secretVariables;

    private record Key(String name, DecisionAction action, Comparison comparison) {}

    /**
     * A reader.
     *
     * @param environment has the secrets that sign what is posted
     * @param hasTokens whether callers over HTTP show tokens, by which a signal can be posted too
     * @param services of which a signal may speak, the first first
     */
    SignalReader(Map<String, String> environment, boolean hasTokens, List<ServiceName> services) {
        services.forEach(service -> this.services.put(service.value(), service));
        this.secretVariables = new SecretVariables(environment);
        this.hasTokens = hasTokens;
    }

    List<SignalConfig> readAll(Section section) {
        List<SignalConfig> signals = section.list("signals", this::read);
        if (signals.size() > SIGNALS_MAX) {
            throw section.problem("signals", "has " + signals.size() + " signals; at most " + SIGNALS_MAX + " may be");
        }
        Set<String> names = new HashSet<>();
        for (SignalConfig signal : signals) {
            if (!names.add(signal.name())) {
                throw section.problem("signals", "has the name " + signal.name() + " twice");
            }
        }
        return signals;
    }

    /** The variables that the configuration names as secrets; to be asked after {@link #readAll}. */
    Set<String> secretVariables() {
        return secretVariables.names();
    }

    private SignalConfig read(Section section) {
        String name = name(section);
        Optional<PrometheusQuerySpec> prometheus = section.section("prometheus", SignalReader::query);
        Optional<String> secret = secretVariables.read(section);
        Duration interval = section.duration("interval", INTERVAL_MIN, INTERVAL_MAX)
                .orElse(prometheus.isPresent() ? POLLED : POSTED);
        List<SignalLimit> limits = limits(section);
        ServiceName service = service(section);
        if (prometheus.isPresent() && limits.isEmpty()) {
            throw section.refused("asks a Prometheus and does not say what of it matters: give one of " + LIMIT_KEYS);
        }
        if (prometheus.isEmpty() && secret.isEmpty() && !hasTokens) {
            throw section.refused("can come from nowhere: give prometheus, or secretEnv to sign what is posted, or"
                    + " configure server.auth to post it with a token");
        }
        return new SignalConfig(name, prometheus, secret, interval, limits, service);
    }

    private static String name(Section section) {
        String name =
                section.words("name").orElseThrow(() -> section.missing("name", "by which it is shown and posted"));
        if (!NAME.matcher(name).matches()) {
            throw section.problem(
                    "name",
                    "must be up to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit");
        }
        return name;
    }

    private static PrometheusQuerySpec query(Section section) {
        String query = section.words("query")
                .orElseThrow(() -> section.missing("query", "in PromQL, with one number as its result"));
        if (query.length() > QUERY_LENGTH_MAX) {
            throw section.problem("query", "has more than " + QUERY_LENGTH_MAX + " characters");
        }
        return new PrometheusQuerySpec(HttpUrls.read(section, "url", "where the Prometheus is"), query);
    }

    private static List<SignalLimit> limits(Section section) {
        List<SignalLimit> limits = new ArrayList<>();
        for (Key key : LIMITS) {
            section.number(key.name())
                    .ifPresent(limit -> limits.add(new SignalLimit(key.action(), key.comparison(), limit)));
        }
        return limits;
    }

    /** One of the services that are configured; the first when the signal names none. */
    private ServiceName service(Section section) {
        return section.oneOf("service", services)
                .orElseGet(() -> services.values().iterator().next());
    }
}
