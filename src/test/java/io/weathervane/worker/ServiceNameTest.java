package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "Search", "-a", "_a", "a b", "a.b", "a/b", "ä", "a\n", "a23456789012345678901234567890123"})
    void otherNamesAreRefusedWithWhatIsAllowed(String name) {
        assertThat(ServiceName.isValid(name)).isFalse();
        assertThatThrownBy(() -> new ServiceName(name)).hasMessageContaining("lower-case letters, digits");
    }

    @Test
    void namesOfLettersDigitsAndDashesAreTaken() {
        assertThat(new ServiceName("search-2_b")).hasToString("search-2_b");
        assertThat(ServiceName.isValid("a2345678901234567890123456789012")).isTrue();
    }

    @Test
    void aFileOfTheDefaultServiceKeepsItsNameAndThatOfAnotherHasTheServicesName() {
        assertThat(ServiceName.DEFAULT.fileName("upgrade.lock")).isEqualTo("upgrade.lock");
        assertThat(new ServiceName("search").fileName("upgrade.lock")).isEqualTo("upgrade.search.lock");
    }
}
