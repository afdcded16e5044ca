package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PathEncodingTest {
    private static final String POSIX = "ANSI_X3.4-1968";

    @Test
    void saysInWordsThatANameCannotBeExpressed() {
        assertThat(PathEncoding.problem(List.of("serve", "--workspace", "/srv/\uFFFD\uFFFD"), "/", POSIX))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("/srv/\uFFFD", POSIX, "scripts/weathervane", "LC_ALL=C.UTF-8"));
        assertThat(PathEncoding.problem(List.of("serve"), "/srv/\uFFFD", POSIX)).isPresent();
    }

    @Test
    void asksNothingWhereNamesAreWhole() {
        assertThat(PathEncoding.problem(List.of("serve", "--workspace", "/srv/data"), "/", POSIX))
                .isEmpty();
        assertThat(PathEncoding.problem(List.of("call", "echo", "\uFFFD"), "/", "UTF-8"))
                .isEmpty();
    }
}
