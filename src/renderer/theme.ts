import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { t } from './i18n/index.ts';

/** The one accent colour. */
const iris: MantineColorsTuple = [
  '#eeeeff',
  '#dcdcfb',
  '#b9b9f5',
  '#9b9df6',
  '#8588f0',
  '#6a6ce8',
  '#5a5ce0',
  '#4a4bd0',
  '#3e3fb8',
  '#32339a',
];
const dark: MantineColorsTuple = [
  '#e6e8eb',
  '#c3c9d1',
  '#9aa3ae',
  '#77808c',
  '#3a414b',
  '#2b3038',
  '#22262d',
  '#191c21',
  '#121418',
  '#0c0e11',
];
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#f0f2f5',
  '#e6e9ed',
  '#dbdfe5',
  '#c4cad2',
  '#8b94a0',
  '#5b6470',
  '#454d58',
  '#2f353d',
  '#1b1f24',
];

/** For what destroys; dark enough for white words on it. */
const red: MantineColorsTuple = [
  '#fff0f0',
  '#ffdcdc',
  '#ffb8b8',
  '#ff9c98',
  '#ff8a80',
  '#f2655c',
  '#c92a2a',
  '#bd2525',
  '#a61e1e',
  '#8a1818',
];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 6 },
  colors: { iris, dark, gray, red },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  defaultRadius: 6,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontWeight: '600' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Modal: {
      defaultProps: { radius: 10, closeButtonProps: { 'aria-label': t('common.close') } },
      styles: { title: { fontWeight: 650, fontSize: 15 } },
    },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});
