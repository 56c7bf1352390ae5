"""What makes one virtual client differ from another.

The ranges are those from which clients are drawn. They come from the sources below where
one is named and are choices within what is plausible where none is.

References
----------
Vaschillo et al. (2002), Appl. Psychophysiol. Biofeedback 27:1-27 (resonance of heart rate).
Hirsch and Bishop (1981), J. Appl. Physiol. 51:620 (respiratory sinus arrhythmia by rate).
Boucsein et al. (2012), Psychophysiology 49:1017; Braithwaite et al. (2013) (skin conductance
responses: 1 to 3 a minute at rest, 20 to 25 at high arousal; level 0 to 16 µS).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from biofeedback.simulation.seeds import rng_for

__all__ = ["ClientParameters"]


@dataclass(frozen=True, slots=True)
class ClientParameters:
    """One person's body in numbers. The defaults are an ordinary adult at rest.

    Parameters
    ----------
    heart_rate_bpm
        Heart rate at no arousal, 55 to 85.
    arousal_heart_rate_bpm
        Added at full arousal, 15 to 30.
    rsa_bpm
        Peak-to-trough swing of heart rate that a breath of `slow_tidal_volume` 1 drives at
        resonance through the resonator, 8 to 26.
    arousal_rsa_loss
        Swing shrinks by ``exp(-arousal_rsa_loss * arousal)``, 1.2 to 2.5.
    resonance_breaths_per_min
        4.5 to 6.6.
    resonance_q
        Sharpness of the resonance, 1.0 to 2.5.
    direct_share
        Share of breathing that reaches the heart past the resonator, 0.2 to 0.4.
    direct_corner_hz
        Corner of that path, 0.18 to 0.30.
    direct_delay_s
        Delay of that path, 0 to 0.4.
    vlf_sd_bpm, mayer_sd_bpm, hf_sd_bpm
        Noise of heart rate: 1/f in 0.003 to 0.04 Hz (1 to 2.5), around 0.1 Hz (0.7 to 1.8)
        and in 0.15 to 0.40 Hz (0.5 to 1.2).
    beat_jitter_ms
        Standard deviation of each beat's time, 3 to 8.
    free_breaths_per_min
        Breathing when nothing leads it, at no arousal, 11 to 14.
    arousal_breaths_per_min
        Added at full arousal, 4 to 10.
    breath_cv
        Variation of the lengths of free breaths at no arousal, as a share.
    arousal_breath_cv
        Added to it at full arousal.
    free_inhale_fraction
        Share of a free breath that is in-breath.
    free_tidal_volume
        Depth of a free breath, 0.4 to 0.6; 1 is a full slow breath.
    slow_tidal_volume
        Depth of a slow paced breath, 0.8 to 1.3.
    rest_co2_mmhg
        End-tidal carbon dioxide at rest; 33 to 43, most people near 38.
    follow_lag_breaths
        Breaths of the pacer that pass before the person first breathes with it, 1 to 3.
    phase_error_cycles
        Standard deviation of the wandering distance to the pacer when at ease.
    arousal_phase_error_cycles
        Added to it at full arousal.
    arousal_baseline
        Arousal, 0 to 1, to which the person returns.
    arousal_return_s
        Time constant of that return, 120 to 600.
    arousal_noise
        Wandering of arousal per square root of a second, 0.003 to 0.01.
    stress_gain_per_s
        Rise of arousal in a stretch of stress, 0.01 to 0.03.
    calming_gain_per_s
        How fast well-followed slow breathing calms, 0.002 to 0.01; below 0 in the few
        whom relaxation makes anxious.
    settled_arousal
        Where it calms to, 0.05 to 0.2.
    scr_per_min
        Skin conductance responses a minute at no arousal, 1 to 3.
    arousal_scr_per_min
        Added at full arousal (by its power of 1.5), 18 to 22.
    scr_median_microsiemens
        Median amplitude of a response, 0.15 to 0.3, spread log-normally (`scr_ln_sd`).
    scr_ln_sd
        Standard deviation of the logarithm of the amplitude.
    scr_rise_s, scr_decay_s
        Time constants of a response's shape, 0.5 to 0.95 and 1.6 to 3.2.
    scl_microsiemens
        Skin conductance level at no arousal, 1 to 16.
    arousal_scl_microsiemens
        Added at full arousal, 1 to 4, with a lag of 30 s.
    scl_drift_microsiemens_per_min
        Steepest slow drift of the level, 0.1 to 0.3.
    """

    heart_rate_bpm: float = 68.0
    arousal_heart_rate_bpm: float = 20.0
    rsa_bpm: float = 18.0
    arousal_rsa_loss: float = 1.6
    resonance_breaths_per_min: float = 5.8
    resonance_q: float = 1.5
    direct_share: float = 0.3
    direct_corner_hz: float = 0.25
    direct_delay_s: float = 0.0
    vlf_sd_bpm: float = 1.6
    mayer_sd_bpm: float = 1.1
    hf_sd_bpm: float = 0.8
    beat_jitter_ms: float = 4.0
    free_breaths_per_min: float = 12.5
    arousal_breaths_per_min: float = 6.0
    breath_cv: float = 0.08
    arousal_breath_cv: float = 0.15
    free_inhale_fraction: float = 0.42
    free_tidal_volume: float = 0.5
    slow_tidal_volume: float = 1.0
    rest_co2_mmhg: float = 38.0
    follow_lag_breaths: float = 2.0
    phase_error_cycles: float = 0.04
    arousal_phase_error_cycles: float = 0.3
    arousal_baseline: float = 0.2
    arousal_return_s: float = 300.0
    arousal_noise: float = 0.005
    stress_gain_per_s: float = 0.02
    calming_gain_per_s: float = 0.006
    settled_arousal: float = 0.1
    scr_per_min: float = 2.0
    arousal_scr_per_min: float = 20.0
    scr_median_microsiemens: float = 0.22
    scr_ln_sd: float = 0.8
    scr_rise_s: float = 0.75
    scr_decay_s: float = 2.0
    scl_microsiemens: float = 5.0
    arousal_scl_microsiemens: float = 2.5
    scl_drift_microsiemens_per_min: float = 0.2

    @classmethod
    def drawn(cls, seed: int) -> ClientParameters:
        """Return the person that a seed stands for, drawn from the ranges above.

        One in ten has hardly any skin responses, one in fifteen grows anxious where others
        grow calm.
        """
        rng = rng_for(seed, "parameters")

        def between(low: float, high: float) -> float:
            return float(rng.uniform(low, high))

        is_adverse = rng.uniform() < 1 / 15
        responds = rng.uniform() >= 0.1
        return cls(
            heart_rate_bpm=between(55.0, 85.0),
            arousal_heart_rate_bpm=between(15.0, 30.0),
            rsa_bpm=between(8.0, 26.0),
            arousal_rsa_loss=between(1.2, 2.5),
            # Adults 4.5 to 6.6, most of them near 5.7.
            resonance_breaths_per_min=min(max(float(rng.normal(5.7, 0.55)), 4.5), 6.6),
            resonance_q=between(1.0, 2.5),
            direct_share=between(0.2, 0.4),
            direct_corner_hz=between(0.18, 0.30),
            direct_delay_s=between(0.0, 0.4),
            vlf_sd_bpm=between(1.0, 2.5),
            mayer_sd_bpm=between(0.7, 1.8),
            hf_sd_bpm=between(0.5, 1.2),
            beat_jitter_ms=between(3.0, 8.0),
            free_breaths_per_min=between(11.0, 14.0),
            arousal_breaths_per_min=between(4.0, 10.0),
            free_inhale_fraction=between(0.36, 0.46),
            free_tidal_volume=between(0.4, 0.6),
            slow_tidal_volume=between(0.8, 1.3),
            follow_lag_breaths=between(1.0, 3.0),
            phase_error_cycles=between(0.02, 0.08),
            arousal_baseline=between(0.1, 0.35),
            arousal_return_s=between(120.0, 600.0),
            arousal_noise=between(0.003, 0.008),
            stress_gain_per_s=between(0.01, 0.03),
            calming_gain_per_s=between(0.002, 0.01) * (-1.0 if is_adverse else 1.0),
            settled_arousal=between(0.05, 0.15),
            scr_per_min=between(1.0, 3.0),
            arousal_scr_per_min=between(18.0, 22.0),
            scr_median_microsiemens=between(0.15, 0.3) * (1.0 if responds else 0.05),
            scr_rise_s=between(0.5, 0.95),
            scr_decay_s=between(1.6, 3.2),
            scl_microsiemens=between(1.0, 16.0),
            arousal_scl_microsiemens=between(1.0, 4.0),
            scl_drift_microsiemens_per_min=between(0.1, 0.3),
        )

    @classmethod
    def steady(cls, seed: int) -> ClientParameters:
        """Return the person that a seed stands for without the layer of arousal.

        Arousal is and stays 0, whatever is breathed. What is left is the cardiorespiratory
        model alone, with all the noise of a real heart: what measures of the heart are
        validated on.
        """
        return replace(
            cls.drawn(seed),
            arousal_baseline=0.0,
            arousal_noise=0.0,
            calming_gain_per_s=0.0,
            settled_arousal=0.0,
        )

    def without_noise(self) -> ClientParameters:
        """Return the same body with nothing left to chance and no arousal.

        Its heart rate is then a function of its breathing alone, which is what published
        curves and exact tests need.
        """
        return replace(
            self,
            vlf_sd_bpm=0.0,
            mayer_sd_bpm=0.0,
            hf_sd_bpm=0.0,
            beat_jitter_ms=0.0,
            breath_cv=0.0,
            arousal_breath_cv=0.0,
            phase_error_cycles=0.0,
            arousal_phase_error_cycles=0.0,
            arousal_baseline=0.0,
            arousal_noise=0.0,
            calming_gain_per_s=0.0,
            settled_arousal=0.0,
            scl_drift_microsiemens_per_min=0.0,
        )
