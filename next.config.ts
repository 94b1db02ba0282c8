import type { NextConfig } from 'next';

const everywhere = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'X-Robots-Tag', value: 'noindex, nofollow' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
];

/** A year. Vercel's proxy says by which protocol a request came; elsewhere our own server sets the header (scripts/start), by the word of TRUSTED_PROXIES alone. */
const strictTransport = {
  source: '/:path*',
  has: [{ type: 'header' as const, key: 'x-forwarded-proto', value: 'https' }],
  headers: [{ key: 'Strict-Transport-Security', value: 'max-age=31536000' }],
};

/** For the demo and the tests: neither a check of types (`npm run check` has one), which takes a quarter of a build, nor a cache for the next build. */
const quickBuild: NextConfig = { typescript: { ignoreBuildErrors: true }, experimental: { turbopackFileSystemCacheForBuild: false } };

const config: NextConfig = {
  ...(process.env['QUICK_BUILD'] === '1' && quickBuild),
  poweredByHeader: false,
  // There are no pictures to convert, and whoever asks for one would write a line of the log each time.
  images: { unoptimized: true },
  // Optional natives of these can't be bundled, and most runs need neither.
  serverExternalPackages: ['mongodb', 'nodemailer'],
  // Pages get theirs, with a nonce, from proxy.ts.
  headers: async () => [
    { source: '/:path*', headers: everywhere },
    ...(process.env['VERCEL'] ? [strictTransport] : []),
    { source: '/api/:path*', headers: [{ key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'" }] },
  ],
};

export default config;
