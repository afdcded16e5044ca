package io.weathervane.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls a block stops. */
class BlockScopeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "everything", "All", "tool:", "tool:a b", "service:", "writes:", "service:a\nb", "tool"})
    void whatIsNoScopeOfOursBlocksEverythingInARowAndIsNoId(String text) {
        assertThat(BlockScope.parse(text)).isEmpty();
        assertThat(BlockScope.ofRow(text).covers(new CalledTool("any", "pay", true)))
                .isTrue();
        assertThat(BlockScope.ofRow(text).inWords())
                .contains("is not understood")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "all,          pay_echo, pay,  true,  true",
        "writes,       pay_echo, pay,  false, true",
        "writes,       pay_echo, pay,  true,  false",
        "service:pay,  pay_echo, pay,  true,  true",
        "service:pay,  pay_echo, find, true,  false",
        "writes:pay,   pay_echo, pay,  false, true",
        "writes:pay,   pay_echo, pay,  true,  false",
        "writes:pay,   pay_echo, find, false, false",
        "tool:pay_*,   pay_echo, pay,  true,  true",
        "tool:pay_*,   repay_it, pay,  true,  false",
        "tool:*_ec?o,  pay_echo, pay,  true,  true",
    })
    void aScopeCoversWhatItSays(String scope, String tool, String service, boolean readOnly, boolean covered) {
        BlockScope parsed = BlockScope.parse(scope).orElseThrow();

        assertThat(parsed.covers(new CalledTool(tool, service, readOnly))).isEqualTo(covered);
        assertThat(parsed.text()).isEqualTo(scope);
    }

    @Test
    void aServiceIsItsNameAndNoPattern() {
        assertThat(BlockScope.service("p*").covers(new CalledTool("pay_echo", "pay", true)))
                .isFalse();
    }
}
