package io.weathervane.tool.presentation;

import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.RuleCondition.Unit;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.monitor.SignalReading;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Signals from outside as lines for a person. */
final class SignalStatusText {
    private SignalStatusText() {}

    /** {@code signal checkout (prometheus): measured 0.2; rollback > 0.1: crossed}. */
    static Stream<String> lines(List<SignalReading> readings) {
        return readings.stream().map(SignalStatusText::line);
    }

    private static String line(SignalReading reading) {
        String number = reading.value().number().isPresent()
                ? " " + RuleCondition.format(reading.value().number().getAsDouble(), Unit.NUMBER)
                : "";
        String detail = reading.value().detail();
        String limits = reading.limits().stream()
                .map(limit -> "; " + limit(limit, reading))
                .collect(Collectors.joining());
        return reading.title() + ": " + reading.value().state().name().toLowerCase(Locale.ROOT) + number
                + (detail.isEmpty() ? "" : " (" + detail + ")") + limits;
    }

    private static String limit(SignalLimit limit, SignalReading reading) {
        DecisionAction action = limit.action();
        return action.wireName() + " " + limit.comparison().sign() + " "
                + RuleCondition.format(limit.limit(), Unit.NUMBER)
                + (reading.callsFor(action) ? ": crossed" : "");
    }
}
