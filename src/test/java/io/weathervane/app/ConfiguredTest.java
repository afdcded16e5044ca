package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.config.AcceptedChangeSettings;
import io.weathervane.config.UpgradeSettings;
import io.weathervane.shadow.AcceptedChange;
import io.weathervane.shadow.ShadowPlan;
import io.weathervane.shadow.ToolDifference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the configuration says reaches the parts that act on it. */
class ConfiguredTest {
    @Test
    void withoutAConfigurationTheShadowHasItsDefaults() {
        assertThat(Configured.shadowPlan(UpgradeSettings.defaults())).isEqualTo(ShadowPlan.defaults());
    }

    @Test
    void everyAcceptedChangeReachesTheShadowUnderTheNameItHasInTheReport() {
        List<AcceptedChangeSettings> accept = Stream.of(AcceptedChangeSettings.Kind.values())
                .map(kind -> new AcceptedChangeSettings("forecast", kind))
                .toList();

        ShadowPlan plan = Configured.shadowPlan(new UpgradeSettings(
                List.of(), List.of(), accept, 0, Duration.ZERO, Duration.ofSeconds(1), 0, 5, Map.of()));

        assertThat(plan.accepted())
                .extracting(AcceptedChange::kind)
                .extracting(ToolDifference.Kind::wireName)
                .containsExactly("removed", "schema-changed", "annotation-flipped");
    }
}
