package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfiguredCommandsTest {
    private static final ConfiguredCommands CONFIGURED =
            new ConfiguredCommands(Set.of("v1", "v2"), Map.of("compile", "npm run build", "check", "npm test"));

    @Test
    void aCallerWithoutCommandsOfItsOwnNamesReleasesAndSteps() {
        UpgradeRequest resolved =
                CONFIGURED.resolve(request("v2", Optional.of("compile"), Optional.of("check")), false);

        assertThat(resolved.canary()).isEqualTo("v2");
        assertThat(resolved.staging().build()).contains("npm run build");
        assertThat(resolved.staging().test()).contains("npm test");
    }

    @Test
    void aCommandAsTextIsRefusedAndTheNamesAreTold() {
        assertThatThrownBy(() -> CONFIGURED.resolve(request("sh -c id", Optional.empty(), Optional.empty()), false))
                .isInstanceOf(UpgradeRefusedException.class)
                .hasMessageContaining("canary: ")
                .hasMessageContaining("there are v1, v2")
                .hasMessageContaining("scripts/weathervane upgrade");
        assertThatThrownBy(() -> CONFIGURED.resolve(request("v2", Optional.of("id > /tmp/x"), Optional.empty()), false))
                .hasMessageContaining("build: ")
                .hasMessageContaining("upgrade.steps")
                .hasMessageContaining("check, compile");
        assertThatThrownBy(() -> CONFIGURED.resolve(request("v2", Optional.empty(), Optional.of("npm test")), false))
                .hasMessageContaining("test: ");
    }

    @Test
    void itIsSaidWhenNothingIsConfigured() {
        ConfiguredCommands none = new ConfiguredCommands(Set.of("v1"), Map.of());

        assertThatThrownBy(() -> none.resolve(request("v1", Optional.of("compile"), Optional.empty()), false))
                .hasMessageContaining("upgrade.steps in weathervane.yaml: there are none");
    }

    @Test
    void theServersOwnUserGivesCommandsAndNames() {
        UpgradeRequest resolved =
                CONFIGURED.resolve(request("node server.js", Optional.of("make"), Optional.of("check")), true);

        assertThat(resolved.canary()).isEqualTo("node server.js");
        assertThat(resolved.staging().build()).contains("make");
        assertThat(resolved.staging().test()).contains("npm test");
    }

    private static UpgradeRequest request(String canary, Optional<String> build, Optional<String> test) {
        return new UpgradeRequest(
                Optional.empty(),
                canary,
                PromotionMode.WAIT,
                new UpgradeRequest.Staging(build, test, /* allowDirty= */ false, /* keepFolder= */ false),
                new UpgradeRequest.Ramp(List.of(), UpgradeRequest.STEP_TIME),
                UpgradeRequest.Comparison.STRICT);
    }
}
