package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleTest {
    private static final Map<Role, String> LABELS = Map.of(Role.ACTIVE, "canary", Role.PREVIOUS, "stable");

    @Test
    void aRoleWithoutAWorkerIsReadAsALabel() {
        assertThat(askedFor("canary")).contains(Role.ACTIVE);
    }

    @Test
    void aRoleComesBeforeALabel() {
        assertThat(askedFor("active")).contains(Role.ACTIVE);
        assertThat(askedFor("previous")).contains(Role.PREVIOUS);
        assertThat(Role.askedFor("canary", role -> Optional.of("canary"))).contains(Role.CANARY);
    }

    @Test
    void aLabelIsThatOfTheActiveWorkerFirst() {
        assertThat(Role.askedFor("same", role -> Optional.of("same"))).contains(Role.ACTIVE);
        assertThat(askedFor("stable")).contains(Role.PREVIOUS);
    }

    @Test
    void neitherIsNone() {
        assertThat(askedFor("nothing")).isEmpty();
        assertThat(askedFor("rejected")).isEmpty();
    }

    private static Optional<Role> askedFor(String worker) {
        return Role.askedFor(worker, role -> Optional.ofNullable(LABELS.get(role)));
    }
}
